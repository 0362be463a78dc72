"""The application's doors: signup, login, logout, and the plan one is on."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from parley import accounts, forms
from parley.accounts import SESSION_S, Account
from parley.database import Database
from parley.page import form_page
from parley.settings import Settings


@dataclass(frozen=True, slots=True)
class Members:
    """Everything about an account but the chat."""

    settings: Settings
    database: Database

    def routes(self) -> list[Route]:
        return [
            Route("/signup", self.signup, methods=["GET", "POST"]),
            Route("/login", self.login, methods=["GET", "POST"]),
            Route("/logout", self.logout, methods=["POST"]),
            Route("/plan", self.plan, methods=["GET", "POST"]),
        ]

    async def account(self, request: Request) -> Account | None:
        """Who is asking."""
        token = request.cookies.get(forms.cookie_name("session", self.settings))
        return await run_in_threadpool(accounts.account_of, self.database, token) if token else None

    async def signup(self, request: Request) -> Response:
        if request.method != "POST":
            return self._form("signup", "Start for free", request, email="")
        fields = await forms.form_of(request, self.settings)
        email, password = fields.get("email", "").strip(), fields.get("password", "")
        problem = accounts.problem_with(email, password)
        account = None if problem else await run_in_threadpool(accounts.sign_up, self.database, email, password)
        if account is None:
            problem = problem or "There is an account with this address already. Did you mean to log in?"
            return self._form("signup", "Start for free", request, email=email, problem=problem)
        return await self._logged_in(account)

    async def login(self, request: Request) -> Response:
        if request.method != "POST":
            return self._form("login", "Log in", request, email="")
        fields = await forms.form_of(request, self.settings)
        email, password = fields.get("email", "").strip(), fields.get("password", "")
        account = await run_in_threadpool(accounts.log_in, self.database, email, password)
        if account is None:
            problem = "We do not know this address with this password."
            return self._form("login", "Log in", request, email=email, problem=problem)
        return await self._logged_in(account)

    async def logout(self, request: Request) -> Response:
        await forms.form_of(request, self.settings)
        name = forms.cookie_name("session", self.settings)
        if token := request.cookies.get(name):
            await run_in_threadpool(accounts.close_session, self.database, token)
        response = RedirectResponse("/login", status_code=303)
        forms.set_cookie(response, "session", "", self.settings, max_age_s=0)
        return response

    async def plan(self, request: Request) -> Response:
        account = await self.account(request)
        if account is None:
            return RedirectResponse("/login", status_code=303)
        if request.method != "POST":
            return self._form("choose", "Your plan", request, plan=account.plan)
        fields = await forms.form_of(request, self.settings)
        if await run_in_threadpool(accounts.choose_plan, self.database, account.id, fields.get("plan", "")):
            return RedirectResponse("/chat", status_code=303)
        problem = "There is no such plan."
        return self._form("choose", "Your plan", request, plan=account.plan, problem=problem)

    def _form(self, template: str, title: str, request: Request, *, problem: str = "", **texts: str) -> Response:
        """A page to fill in; with a problem it is the answer to one that was not filled in well."""
        status = 422 if problem else 200
        return form_page(template, title, request, self.settings, status=status, html=None, problem=problem, **texts)

    async def _logged_in(self, account_id: int) -> Response:
        token = await run_in_threadpool(accounts.open_session, self.database, account_id)
        response = RedirectResponse("/chat", status_code=303)
        forms.set_cookie(response, "session", token, self.settings, max_age_s=SESSION_S)
        return response
