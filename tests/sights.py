"""What a viewer of some units may not be told: the ids and names of what is outside of them, for tests that look for any."""

import re
from dataclasses import dataclass
from functools import cached_property

import duckdb


@dataclass(frozen=True)
class Sight:
    """A build, and the units that a viewer covers of it."""

    whole: duckdb.DuckDBPyConnection
    units: list[str]

    def rows(self, sql: str) -> list[str]:
        """Return the texts that a SELECT on the whole build gives; `units` may be asked for."""
        asked = {"units": self.units} if "$units" in sql else {}
        return [row[0] for row in self.whole.execute(sql, asked).fetchall() if row[0]]

    @cached_property
    def outside(self) -> set[str]:
        """Ids of what is outside: units that are neither covered nor above, people, indicators, files."""
        covered = "list_contains($units, unit_id)"
        return {
            *self.rows(f"from unit select unit_id where unit_id not in (from unit_ancestors() select ancestor_id where {covered})"),
            *self.rows(f"from employee select employee_id where not {covered}"),
            *self.rows(
                "from indicator select indicator_id where not coalesce(list_contains($units, owner_unit_id), false)"
                f" and indicator_id not in (from target select indicator_id where {covered} union all"
                f" from realisation select indicator_id where {covered})"
            ),
            *self.rows("from mart.quality_file select file_id where unit_ids <> [] and not list_has_any(unit_ids, $units)"),
        }  # fmt: skip

    @cached_property
    def words(self) -> re.Pattern[str]:
        """What names them; a name that somebody or something covered has as well tells nothing."""
        named = {
            kind: self.rows(sql)
            for kind, sql in {
                "unit": "from unit select unnest([unit_id || '|' || name, unit_id || '|' || short_name])",
                "person": "from employee select employee_id || '|' || name",
                "indicator": "from indicator select indicator_id || '|' || name",
                "file": "from mart.quality_file select file_id || '|' || file",
                "source": "from unit select 'population|' || population_source",  # words of the register, which name offices
                "area": "from reference.kecamatan select kecamatan_code || '|Kecamatan ' || name",  # a place on the map, no office
            }.items()
        }
        pairs = [pair.split("|", 1) for rows in named.values() for pair in rows]
        known = {name for key, name in pairs if key not in self.outside}
        found = {name for key, name in pairs if key in self.outside} - known
        alone = [name for name in found if len(name) > 4 and not any(name in other for other in known)]
        return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(alone))) + r")(?!\w)")

    def named(self, text: str) -> list[str]:
        """Return what of a text names something outside."""
        return sorted({match[0] for match in self.words.finditer(text)})
