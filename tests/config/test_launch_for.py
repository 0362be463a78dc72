"""Which launch a command is about: DOMAIN, the launch.toml that is named, or the nearest one."""

from pathlib import Path

import pytest

from launchready.config import default_launch, find, launch_for
from launchready.errors import ConfigError, UsageError
from launchready.model.launch import Launch

TEXT = """\
[launch]
domain = "parley.example"
[hosts."app.parley.example"]
role = "app"
[network]
resolver = "192.0.2.1"
[[accepted]]
check = "hsts-missing"
subject = "*"
reason = "soon"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "launch.toml").write_text(TEXT)
    (tmp_path / "src" / "app").mkdir(parents=True)
    return tmp_path


def test_the_nearest_launch_toml_is_found_upwards(folder: Path) -> None:
    assert find(folder / "src" / "app") == folder / "launch.toml"
    (folder / "src" / "launch.toml").write_text("")
    assert find(folder / "src" / "app") == folder / "src" / "launch.toml"


def test_the_search_ends_at_the_root() -> None:
    assert find(Path("/")) is None


def test_without_a_launch_toml_a_domain_stands_alone(tmp_path: Path) -> None:
    launch = launch_for("Parley.example", None, tmp_path, {})
    assert launch == default_launch("parley.example")
    assert launch == Launch(domain="parley.example", name="parley.example", declared=False)


def test_without_either_it_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"launchready audit your-domain\.com"):
        launch_for(None, None, tmp_path, {})


def test_the_domain_of_the_launch_toml_means_the_whole_launch(folder: Path) -> None:
    assert launch_for("PARLEY.example", None, folder, {}) == launch_for(None, None, folder, {})


def test_another_domain_takes_only_the_roads(folder: Path) -> None:
    launch = launch_for("other.example", None, folder, {})
    assert (launch.domain, launch.declared, launch.hosts, launch.accepted) == ("other.example", False, (), ())
    assert launch.network.resolver == ("192.0.2.1", 53)


def test_a_named_file_is_used_instead_of_the_nearest(folder: Path) -> None:
    (folder / "other.toml").write_text('[launch]\ndomain = "other.example"\n')
    assert launch_for(None, "other.toml", folder, {}).domain == "other.example"
    assert launch_for(None, str(folder / "other.toml"), folder / "src", {}).domain == "other.example"


def test_messages_call_the_file_as_seen_from_here(folder: Path) -> None:
    (folder / "launch.toml").write_text("[launch]\n")
    for here, name in [(folder, "launch.toml:1:"), (folder / "src", "../launch.toml:1:")]:
        with pytest.raises(ConfigError) as refused:
            launch_for(None, None, here, {})
        assert str(refused.value).startswith(name)


def test_a_bad_domain_is_told_before_a_bad_file(folder: Path) -> None:
    (folder / "launch.toml").write_text("[launch]\n")
    with pytest.raises(UsageError, match="an address of a page"):
        launch_for("https://parley.example/", None, folder, {})


def test_a_named_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: there is no such file"):
        launch_for("parley.example", "none.toml", tmp_path, {})
