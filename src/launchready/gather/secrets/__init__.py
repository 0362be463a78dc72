"""Where secrets are looked for: files, git, archives, deployed pages, logs; values are read and never kept."""
