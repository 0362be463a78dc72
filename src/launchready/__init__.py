"""Take an AI-chatbot SaaS from working demo to a launch that can take money."""

__version__ = "0.1.0"
