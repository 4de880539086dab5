"""The gate edge: appointments, trucks, queues and boxes through the gate."""
