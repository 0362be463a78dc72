"""The application's doors: signup with a mailed code, login, logout, and a new password."""

import logging
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from parley import accounts, codes, forms
from parley.accounts import SESSION_S, Account
from parley.codes import Claim, Purpose
from parley.faults import Fault
from parley.limits import Limit, Limits
from parley.logs import note
from parley.mail import Letter, MailFailed
from parley.page import form_page
from parley.parts import Parts

_TAKEN = "Somebody, probably you, wanted to open a Parley account with this address. There is one already.\n\n"


@dataclass(frozen=True, slots=True)
class Members:
    """Getting in and out."""

    parts: Parts

    def routes(self) -> list[Route]:
        both = ["GET", "POST"]
        return [
            Route("/signup", self.signup, methods=both),
            Route("/signup/code", self.signup_code, methods=both),
            Route("/login", self.login, methods=both),
            Route("/forgot", self.forgot, methods=both),
            Route("/forgot/code", self.forgot_code, methods=both),
            Route("/logout", self.logout, methods=["POST"]),
            Route("/account/close", self.close, methods=["POST"]),
        ]

    async def account(self, request: Request) -> Account | None:
        """Who is asking."""
        token = request.cookies.get(forms.cookie_name("session", self.parts.settings))
        return await self.parts.away(accounts.account_of, self.parts.database, token) if token else None

    async def signup(self, request: Request) -> Response:
        if request.method != "POST":
            return self._form("signup", request)
        fields = await forms.form_of(request, self.parts.settings)
        email, password = fields.get("email", "").strip(), fields.get("password", "")
        problem = accounts.problem_with_email(email) or accounts.problem_with_password(password)
        if problem:
            return self._form("signup", request, email=email, problem=problem)
        return await self._mail_code("signup", request, self._claim(request, Purpose.SIGNUP, email), password)

    async def signup_code(self, request: Request) -> Response:
        if request.method != "POST":
            return RedirectResponse("/signup", status_code=303)
        fields = await forms.form_of(request, self.parts.settings)
        claim = self._claim(request, Purpose.SIGNUP, fields.get("email", ""))
        password = await self._redeemed(claim, fields)
        if password is None:
            return self._form("code", request, email=claim.email, problem=_WRONG_CODE, purpose="signup")
        account = await self.parts.away(accounts.sign_up, self.parts.database, claim.email, password)
        if account is None:
            return self._form(
                "login", request, email=claim.email, problem="There is an account already: please log in."
            )
        return await self._logged_in(request, account)

    async def forgot(self, request: Request) -> Response:
        if request.method != "POST":
            return self._form("forgot", request)
        fields = await forms.form_of(request, self.parts.settings)
        email = fields.get("email", "").strip()
        if problem := accounts.problem_with_email(email):
            return self._form("forgot", request, email=email, problem=problem)
        return await self._mail_code("forgot", request, self._claim(request, Purpose.RESET, email))

    async def forgot_code(self, request: Request) -> Response:
        if request.method != "POST":
            return RedirectResponse("/forgot", status_code=303)
        fields = await forms.form_of(request, self.parts.settings)
        claim, password = self._claim(request, Purpose.RESET, fields.get("email", "")), fields.get("password", "")
        problem = accounts.problem_with_password(password)
        if problem is None and await self._redeemed(claim, fields) is None:
            problem = _WRONG_CODE
        if problem:
            return self._form("code", request, email=claim.email, problem=problem, purpose="forgot")
        hashed = await self.parts.away(accounts.hashed, password)
        account = await self.parts.away(accounts.change_password, self.parts.database, claim.email, hashed)
        return await self._logged_in(request, account) if account else RedirectResponse("/signup", status_code=303)

    async def login(self, request: Request) -> Response:
        if request.method != "POST":
            return self._form("login", request)
        fields = await forms.form_of(request, self.parts.settings)
        email, password = fields.get("email", "").strip(), fields.get("password", "")
        tried = ((Limit.LOGIN, email.lower()), (Limit.LOGIN_FROM, _from(request)))
        if wait_s := await self.parts.away(self._wait_s, tried):
            return self._too_often("login", request, email, wait_s)
        has = self.parts.settings.has
        faults = {"changed_cost": has(Fault.LOGIN_BROKEN), "any_password": has(Fault.ANY_PASSWORD)}
        account = await self.parts.away(accounts.log_in, self.parts.database, email, password, **faults)
        if account is None:
            problem = "We do not know this address with this password."
            return self._form("login", request, email=email, problem=problem)
        await self.parts.away(self._forgive, tried)
        return await self._logged_in(request, account)

    async def logout(self, request: Request) -> Response:
        await forms.form_of(request, self.parts.settings)
        name = forms.cookie_name("session", self.parts.settings)
        token = request.cookies.get(name)
        if token and not self.parts.settings.has(Fault.SESSION_KEPT):
            await self.parts.away(accounts.close_session, self.parts.database, token)
        response = RedirectResponse("/login", status_code=303)
        forms.set_cookie(response, "session", "", self.parts.settings, max_age_s=0)
        return response

    async def close(self, request: Request) -> Response:
        """Whoever asks is forgotten, with everything that is theirs."""
        await forms.form_of(request, self.parts.settings)
        if account := await self.account(request):
            await self.parts.away(accounts.close, self.parts.database, account.id)
        response = RedirectResponse(f"{self.parts.settings.site_url}/", status_code=303)
        forms.set_cookie(response, "session", "", self.parts.settings, max_age_s=0)
        return response

    async def _mail_code(self, template: str, request: Request, claim: Claim, password: str = "") -> Response:
        """Send a code and ask for it. Whether there is an account with the address is told by mail, not here."""
        tried = ((Limit.CODE, claim.email.lower()), (Limit.CODE_FROM, _from(request)))
        if wait_s := await self.parts.away(self._wait_s, tried):
            return self._too_often(template, request, claim.email, wait_s)
        try:
            await self.parts.away(self._send_code, claim, password)
        except MailFailed as error:
            note("mail failed", logging.ERROR, error=error)
            problem = "We cannot send mail at the moment. Please try again in a few minutes."
            return self._form(template, request, status=503, email=claim.email, problem=problem)
        return self._form("code", request, email=claim.email, purpose=template)

    def _send_code(self, claim: Claim, password: str) -> None:
        code = codes.make(self.parts.database, claim, password)
        known = accounts.exists(self.parts.database, claim.email)
        if known and claim.purpose is Purpose.SIGNUP:
            here = self.parts.settings.app_url
            text = f"{_TAKEN}Log in: {here}/login\nForgot the password? {here}/forgot\n"
            self.parts.mail.send(Letter(to=claim.email, subject="You have a Parley account", text=text))
        elif known or claim.purpose is Purpose.SIGNUP:
            self.parts.mail.send(codes.letter(claim, code))

    async def _redeemed(self, claim: Claim, fields: dict[str, str]) -> str | None:
        return await self.parts.away(codes.redeem, self.parts.database, claim, fields.get("code", ""))

    def _claim(self, request: Request, purpose: Purpose, email: str) -> Claim:
        browser = request.cookies.get(forms.cookie_name("csrf", self.parts.settings), "")
        return Claim(purpose=purpose, email=email.strip(), browser=browser)

    def _wait_s(self, tried: tuple[tuple[Limit, str], ...]) -> int:
        limits = Limits(self.parts.settings, self.parts.database)
        return max(limits.wait_s(limit, who) for limit, who in tried)

    def _forgive(self, tried: tuple[tuple[Limit, str], ...]) -> None:
        for limit, who in tried:
            Limits(self.parts.settings, self.parts.database).forgive(limit, who)

    def _too_often(self, template: str, request: Request, email: str, wait_s: int) -> Response:
        minutes = -(-wait_s // 60)
        problem = f"That was tried too often. Please wait {minutes} minute{'s' if minutes > 1 else ''}."
        response = self._form(template, request, status=429, email=email, problem=problem)
        response.headers["retry-after"] = str(wait_s)
        return response

    def _form(
        self, template: str, request: Request, *, status: int = 0, email: str = "", problem: str = "", purpose: str = ""
    ) -> Response:
        """A page to fill in; with a problem it is the answer to one that was not filled in well."""
        values = {"email": email, "problem": problem, "purpose": purpose}
        outbox = self.parts.settings.has_outbox_page
        status = status or (422 if problem else 200)
        return form_page(template, request, self.parts.settings, status=status, outbox=outbox, **values)

    async def _logged_in(self, request: Request, account_id: int) -> Response:
        settings = self.parts.settings
        brought = request.cookies.get(forms.cookie_name("session", settings))
        fixed = brought if settings.has(Fault.SESSION_FIXED) else None
        token = await self.parts.away(accounts.open_session, self.parts.database, account_id, fixed)
        if brought and not fixed:
            await self.parts.away(accounts.close_session, self.parts.database, brought)
        response = RedirectResponse("/chat", status_code=303)
        forms.set_cookie(response, "session", token, settings, max_age_s=SESSION_S)
        return response


_WRONG_CODE = "That is not the code we sent last, or it is more than ten minutes old. Please look again, or start over."


def _from(request: Request) -> str:
    return request.client.host if request.client else ""
