"""Parley: a small AI-chatbot SaaS that can be run as it should be, or with a launch's usual mistakes switched on."""
