"""A browser without a screen: it keeps cookies, fills in forms and reads its mail."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode

PASSWORD = "correct horse"
Answer = tuple[HTTPResponse, str]


class Visitor:
    """One visitor of a Parley on a port of this machine, which is asked for as `host`."""

    def __init__(self, port: int, host: str = "localhost") -> None:
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str | bytes | None = None, kind: str = "", **more: str) -> Answer:
        """The answer and its text; `more` are headers, with _ for -."""
        headers = {"Host": self.host, "Content-Type": kind, **{key.replace("_", "-"): more[key] for key in more}}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        for line in response.headers.get_all("set-cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return response, text

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        """A form with the token that the browser has, without its page being opened first."""
        csrf = self.cookies.get("csrf") or self.cookies.get("__Host-csrf") or ""
        fields = {"csrf": csrf, **fields}
        return self.ask("POST", path, urlencode(fields), "application/x-www-form-urlencoded")

    def fill_in(self, path: str, **fields: str) -> Answer:
        """A form as its page has it."""
        return self.post(path, csrf=self.token(path), **fields)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path)[1])
        assert found
        return found[1]

    def code_in_outbox(self) -> str:
        """The newest code in the outbox that a Parley without a mail server shows."""
        return newest_code(self.get("/outbox")[1])

    def sign_up(self, email: str, read_code: Callable[[], str] | None = None, password: str = PASSWORD) -> Answer:
        """The whole signup, up to being sent to the chat."""
        response, page = self.fill_in("/signup", email=email, password=password)
        assert response.status == 200, page
        return self.post("/signup/code", email=email, code=(read_code or self.code_in_outbox)())

    def say(self, text: object, csrf: str | None = None, **more: object) -> Answer:
        body = json.dumps({"text": text, "csrf": self.cookies["csrf"] if csrf is None else csrf, **more})
        return self.ask("POST", "/api/chat", body, "application/json")


def newest_code(text: str) -> str:
    found = re.search(r"\b([0-9]{6}) is your Parley code", text)
    assert found, text
    return found[1]


def events(stream: str) -> list[str]:
    """The data of each server-sent event."""
    return re.findall(r"data: (.+)\n\n", stream)


def answer_in(stream: str) -> str:
    """The text of an answer that is whole."""
    found = events(stream)
    assert found.pop() == "[DONE]"
    return "".join(json.loads(event)["text"] for event in found)
