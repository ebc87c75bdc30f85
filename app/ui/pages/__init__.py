"""The pages and where they are. Promises that a page's module is imported when it is first opened, not before."""
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from app.models.language import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.page import Desk, Page


@dataclass(frozen=True)
class PageInfo:
    """A page before it is loaded: its name, what makes it as "module:class or function", its icon and its word."""

    name: str
    where: str
    icon: str
    zh: str
    en: str
    foot: bool = False
    rail: bool = True
    under: str = ""  # the place of the rail it belongs to, where it has none of its own

    def word(self) -> str:
        """Return the word in the rail."""
        return say(self.zh, self.en)

    def load(self) -> "Callable[[Desk], Page]":
        """Return what makes the page."""
        module, maker = self.where.split(":")
        return getattr(import_module(module), maker)


PAGES = (
    PageInfo("todo", "app.ui.pages.todo:TodoPage", "home", "今日", "Today"),
    PageInfo("people", "app.ui.pages.people:PeoplePage", "people", "人员", "People"),
    PageInfo("interview", "app.ui.pages.interview:InterviewPage", "interview", "调查", "Interview"),
    PageInfo("review", "app.ui.pages.review:ReviewPage", "review", "复核", "Review"),
    PageInfo("targets", "app.ui.pages.targets:TargetsPage", "targets", "对象", "Targets"),
    PageInfo("posts", "app.ui.pages.posts:PostsPage", "posts", "岗位", "Posts"),
    PageInfo("batches", "app.ui.pages.batches:BatchesPage", "bus", "批次", "Batches"),
    PageInfo("services", "app.ui.pages.services:ServicesPage", "service", "服务", "Services"),
    PageInfo("dispatch", "app.ui.pages.dispatch:DispatchPage", "dispatch", "调度", "Dispatch"),
    PageInfo("books", "app.ui.pages.books:BooksPage", "books", "台账", "Books"),
    PageInfo("sync", "app.ui.pages.sync:page_for", "sync", "同步", "Sync"),
    PageInfo("roster", "app.ui.pages.roster:RosterPage", "upload", "导入名单", "Lists", rail=False, under="people"),
    PageInfo("take_back", "app.ui.pages.take_back:TakeBackPage", "books", "收回台账", "Take a book back", rail=False, under="books"),
    PageInfo("fill", "app.ui.pages.fill:FillPage", "books", "来表即填", "Fill a table", rail=False, under="books"),
    PageInfo("export_log", "app.ui.pages.export_log:ExportLogPage", "history", "导出记录", "Export log", rail=False, under="books"),
    PageInfo("posts_allocate", "app.ui.pages.posts_allocate:AllocatePage", "posts", "一起安排", "Allocate", rail=False, under="posts"),
    PageInfo("agreed", "app.ui.pages.agreed:AgreedPage", "settings", "统一规定", "What offices agree", rail=False, under="settings"),
    PageInfo("dispatch_people", "app.ui.pages.dispatch_people:DispatchPeoplePage", "people", "名单", "List", rail=False, under="dispatch"),
    PageInfo("dispatch_places", "app.ui.pages.dispatch_places:DispatchPlacesPage", "dispatch", "分地方", "By place", rail=False, under="dispatch"),
    PageInfo("dispatch_frozen", "app.ui.pages.dispatch_frozen:DispatchFrozenPage", "lock", "封存的报表", "Frozen reports", rail=False,
             under="dispatch"),
    PageInfo("settings", "app.ui.pages.settings:SettingsPage", "settings", "设置", "Settings", foot=True),
)
