"""What was seen of a launch becomes the files that declare it: launch.toml, and the gate in CI."""
