"""May this go live? Policy over what was seen; nothing is looked at, and the same facts always get the same answer."""
