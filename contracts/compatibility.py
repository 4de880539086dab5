"""What breaks the readers or senders of a released schema, found by comparing two JSON Schemas.

A minor version may add optional fields, widen limits and teach open vocabularies new words. All
that narrows or renames is breaking and needs a new major: `breaking_changes` names each.
"""

from typing import Any, Final

Schema = dict[str, Any]

# Limits that may only rise, and limits that may only fall.
_UPPER: Final = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_LOWER: Final = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
_FIXED: Final = ("type", "format", "const", "default", "x-fold", "x-type", "additionalProperties")


def breaking_changes(released: Schema, present: Schema) -> list[str]:
    """Return a sentence for each change of the present schema that breaks the released one."""
    return sorted(set(_compare("", released, present, (released, present), ())))


def _compare(
    path: str, old: Schema, new: Schema, roots: tuple[Schema, Schema], seen: tuple[str, ...]
) -> list[str]:
    reference = old.get("$ref", "")
    if reference and reference in seen:
        return []
    seen = (*seen, reference) if reference else seen
    old, new = _resolved(old, roots[0]), _resolved(new, roots[1])
    found = _fixed(path, old, new) + _limits(path, old, new) + _enum(path, old, new)
    found += _fields(path, old, new, roots, seen)
    for name in ("items", "additionalProperties"):
        if isinstance(old.get(name), dict) and isinstance(new.get(name), dict):
            found += _compare(f"{path}[]", old[name], new[name], roots, seen)
    return found + _branches(path, old, new, roots, seen)


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**root["$defs"][name], **beside}
    return schema


def _fixed(path: str, old: Schema, new: Schema) -> list[str]:
    found = []
    for name in _FIXED:
        before, after = old.get(name), new.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            continue
        if before != after and not (name == "type" and {before, after} == {"integer", "number"}):
            found.append(f"{path or '.'}: {name} was {before!r}, is {after!r}")
        elif before != after and after == "integer":
            found.append(f"{path or '.'}: type was 'number', is 'integer'")
    if new.get("pattern") is not None and new.get("pattern") != old.get("pattern"):
        found.append(f"{path}: pattern was {old.get('pattern')!r}, is {new['pattern']!r}")
    return found


def _limits(path: str, old: Schema, new: Schema) -> list[str]:
    found = []
    for name in (*_UPPER, *_LOWER):
        before, after = old.get(name), new.get(name)
        if after is None or before == after:
            continue
        narrower = before is None or (after < before if name in _UPPER else after > before)
        if narrower:
            found.append(f"{path}: {name} was {before}, is {after}")
    return found


def _enum(path: str, old: Schema, new: Schema) -> list[str]:
    # A closed enum may not grow either: readers decide by it.
    before, after = old.get("enum"), new.get("enum")
    if before is None and after is None:
        return []
    if set(before or ()) != set(after or ()):
        return [f"{path}: enum was {before}, is {after}"]
    return []


def _fields(
    path: str, old: Schema, new: Schema, roots: tuple[Schema, Schema], seen: tuple[str, ...]
) -> list[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    found = [f"{path}.{name}: removed" for name in before.keys() - after.keys()]
    newly_required = set(new.get("required", ())) - set(old.get("required", ()))
    found += [f"{path}.{name}: is now required" for name in newly_required]
    for name in before.keys() & after.keys():
        found += _compare(f"{path}.{name}", before[name], after[name], roots, seen)
    return found


def _branches(
    path: str, old: Schema, new: Schema, roots: tuple[Schema, Schema], seen: tuple[str, ...]
) -> list[str]:
    before, after = old.get("anyOf", []), new.get("anyOf", [])
    if len(after) < len(before):
        return [f"{path}: {len(before)} forms were allowed, now {len(after)}"]
    if before and len(after) == len(before):
        pairs = zip(before, after, strict=True)
        return [line for was, is_ in pairs for line in _compare(path, was, is_, roots, seen)]
    return []
