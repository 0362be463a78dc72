"""A browser's recording becomes a journey: noise dropped, secrets lifted out, captures proposed."""
