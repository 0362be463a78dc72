"""Every secret that launch.toml names is known to whoever has to keep it out of sight."""

from pathlib import Path

from launchready.config import load_file, revealed


def test_every_reference_of_every_section_is_found(tmp_path: Path) -> None:
    (tmp_path / "hook").write_text("from-a-file\n")
    (tmp_path / "launch.toml").write_text(
        '[launch]\ndomain = "parley.example"\n[edge]\ntoken = "${env:EDGE}"\n[webhooks.billing]\n'
        'secret = "${file:hook}"\n[database]\nurl = "postgresql://u:${env:DB}@db/x"\n[alerts]\nto = ["${env:ALERT}"]\n'
        '[monitor]\ntoken = "${env:NOT_SET}"\n[secrets]\nfingerprint_key = "${file:missing}"\n'
    )
    environ = {"EDGE": "edge-value", "DB": "db-value", "ALERT": "alert-value", "OTHER": "other-value"}
    file = load_file(tmp_path / "launch.toml", environ)
    assert revealed.values(file) == {"edge-value", "from-a-file", "db-value", "alert-value"}
