"""Run the command line: `python -m cli`, which `./rada` does."""

from cli.application import main

if __name__ == "__main__":
    main()
