"""The addresses of signing in."""

from starlette.routing import Route

from dashboard.signin import account, guard, managing, pages, provider

ANSWERS = {
    guard.SIGN_IN: pages.sign_in,
    guard.SECOND: pages.second_step,
    guard.SIGN_OUT: pages.sign_out,
    guard.ACCOUNT: account.account,
    guard.MANAGE: managing.manage,
    guard.PROVIDER: provider.go,
    guard.BACK: provider.come_back,
}
ROUTES = [Route(f"/{path}", pages.own(answer), methods=["GET", "POST"]) for path, answer in ANSWERS.items()]
