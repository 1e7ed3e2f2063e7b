"""Drawing by hand, in a real browser: with a mouse, a finger and a keyboard."""

import json
import re

import pytest
import shapely
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

CORNERS = ((300, 120), (620, 140), (600, 360), (320, 340))


def shape_of(page):
    """What is drawn, as it stands in the form; None where nothing is."""
    written = page.input_value("#geojson")
    return None if written == "" else shapely.geometry.shape(json.loads(written))


def told(page):
    return page.inner_text("#drawing-told")


def click(page, corners=CORNERS):
    for x, y in corners:
        page.locator("#drawing-picture").click(position={"x": x, "y": y})


def send(page):
    page.get_by_role("button", name="Send", exact=False).first.click()
    page.wait_for_selector("dl.once")
    return page.locator("dl.once code").all_inner_texts()


def stored(drawing, number):
    engine = create_engine(drawing.url)
    query = text(
        "SELECT ST_AsBinary(geom_wgs84), years_lived, withdrawn_at IS NOT NULL"
        " FROM sketch WHERE public_id = :number"
    )
    with engine.connect() as connection:
        found = connection.execute(query, {"number": number}).one()
    engine.dispose()
    shape = None if found[0] is None else shapely.from_wkb(bytes(found[0]))
    return shape, found[1], found[2]


def same(one, other):
    return one.symmetric_difference(other).area < 1e-3 * one.area


def test_what_a_mouse_draws_is_stored_drawn_again_and_erased(page, drawing):
    click(page)
    drawn = shape_of(page)
    assert len(drawn.exterior.coords) == 5
    assert "4 corners: the shape is" in told(page)
    page.fill("#answer-years_lived", "12")
    number, token = send(page)
    shape, years, _ = stored(drawing, number)
    assert same(shape, drawn)
    assert years == 12

    page.get_by_role("button", name="Change it now").click()
    page.wait_for_selector("h1:has-text('Change what you sent')")
    assert same(shape_of(page), drawn)
    assert page.input_value("#answer-years_lived") == "12"
    page.get_by_role("button", name="Begin again").click()
    assert shape_of(page) is None
    click(page, CORNERS[:3])
    smaller = shape_of(page)
    assert send(page) == [number, token]
    assert same(stored(drawing, number)[0], smaller)

    page.get_by_role("button", name="Erase it").click()
    page.wait_for_selector("text=erased")
    assert stored(drawing, number) == (None, None, True)


def test_a_keyboard_alone_draws_and_sends(page, drawing):
    page.keyboard.press("Tab")
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == "drawing-picture":
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "drawing-picture"
    outline = page.locator("#drawing-picture").evaluate(
        "each => getComputedStyle(each).outlineStyle"
    )
    assert outline == "solid"
    for keys in ("Enter", "ArrowRight*4 Enter", "ArrowDown*4 Enter", "ArrowLeft Enter"):
        for key in keys.split():
            name, _, times = key.partition("*")
            for _ in range(int(times or 1)):
                page.keyboard.press(name)
    assert "4 corners" in told(page)
    page.keyboard.press("Backspace")
    assert "3 corners" in told(page)
    drawn = shape_of(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Send":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("dl.once")
    number = page.locator("dl.once code").first.inner_text()
    assert same(stored(drawing, number)[0], drawn)


def test_a_finger_draws_and_what_it_drags_moves_the_map(browser, drawing):
    with browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    ) as context:
        page = context.new_page()
        page.goto(drawing.address)
        picture = page.locator("#drawing-picture")
        picture.scroll_into_view_if_needed()
        for x, y in ((60, 150), (240, 160), (220, 330)):
            picture.tap(position={"x": x, "y": y})
        assert len(shape_of(page).exterior.coords) == 4
        before = page.locator(".drawn-corner").first.get_attribute("cx")
        box = picture.bounding_box()
        wire = context.new_cdp_session(page)
        start = {"x": box["x"] + 100, "y": box["y"] + 250}
        for kind, moved in (
            ("touchStart", 0),
            ("touchMove", 40),
            ("touchMove", 80),
            ("touchEnd", None),
        ):
            points = (
                [] if moved is None else [{"x": start["x"] + moved, "y": start["y"]}]
            )
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        after = page.locator(".drawn-corner").first.get_attribute("cx")
        assert float(after) - float(before) == pytest.approx(80, abs=2)
        assert len(shape_of(page).exterior.coords) == 4
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390


def test_a_corner_is_dragged_and_changed_by_the_list(page):
    click(page)
    before = shape_of(page)
    box = page.locator("#drawing-picture").bounding_box()
    page.mouse.move(box["x"] + 620, box["y"] + 140)
    page.mouse.down()
    page.mouse.move(box["x"] + 660, box["y"] + 100, steps=4)
    page.mouse.up()
    larger = shape_of(page)
    assert larger.area > before.area
    assert len(larger.exterior.coords) == 5

    page.select_option("#corner", index=1)
    page.get_by_role("button", name="Remove it").click()
    assert len(shape_of(page).exterior.coords) == 4
    page.select_option("#corner", index=0)
    page.get_by_role("button", name="Put one after it").click()
    assert len(shape_of(page).exterior.coords) == 5
    page.get_by_role("button", name="North").click()
    page.get_by_role("button", name="Move it to the cross").click()
    assert "Corner moved" in told(page)
    page.get_by_role("button", name="Take back the last corner").click()
    assert len(shape_of(page).exterior.coords) == 4


def test_parts_and_pieces_left_out_are_drawn(page):
    page.get_by_role("button", name="Leave a piece out").click()
    assert "Draw a shape first" in told(page)
    click(page)
    page.get_by_role("button", name="Leave a piece out").click()
    click(page, ((400, 200), (500, 200), (450, 280)))
    holed = shape_of(page)
    assert len(holed.interiors) == 1
    page.get_by_role("button", name="Draw another part").click()
    click(page, ((700, 120), (800, 120), (750, 220)))
    both = shape_of(page)
    assert both.geom_type == "MultiPolygon"
    assert both.is_valid
    assert both.area > holed.area


def test_a_postcode_moves_the_map_and_one_that_is_not_there_is_told(page):
    for postcode, said in (("m11aa", "cross is at M1 1AA"), ("ZZ9 9ZZ", "not known")):
        page.fill("#drawing-postcode", postcode)
        page.locator("#drawing-postcode").press("Enter")
        expect(page.locator("#drawing-told")).to_contain_text(said)
    assert shape_of(page) is None


def test_two_corners_are_not_sent(page):
    click(page, CORNERS[:2])
    page.get_by_role("button", name="Send", exact=True).click()
    assert "three or more make a shape" in told(page)
    page.fill("#postcodes", "M1 1AA")
    send(page)


def test_what_is_wrong_is_told_and_what_was_drawn_stays(page):
    click(page)
    drawn = shape_of(page)
    page.fill("#answer-years_lived", "200")
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert same(shape_of(page), drawn)
    assert page.locator(".drawn-corner").count() == 4


def test_everything_has_a_name_and_is_large_enough_to_hit(page):
    page.wait_for_selector(".edge-lsoa", state="attached")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, svg")]
        .filter((each) => each.type !== "hidden" && each.offsetParent !== null)
        .filter((each) => !each.labels?.length && !each.ariaLabel
            && !each.getAttribute("aria-label") && !each.textContent.trim())
        .map((each) => each.outerHTML)"""
    )
    assert unnamed == []
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button, main input, main select")]
        .map((each) => [each.id, each.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
        .map(([id]) => id)"""
    )
    assert small == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    for each in page.evaluate(
        """[...document.querySelectorAll("[aria-describedby], [aria-labelledby]")]
        .flatMap((one) => ["aria-describedby", "aria-labelledby"]
            .map((name) => one.getAttribute(name)).filter(Boolean))"""
    ):
        assert set(each.split()) <= set(ids)


def test_without_scripts_the_form_is_there_and_no_map(browser, drawing):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(drawing.address)
        assert not page.locator("#drawing-tool").is_visible()
        page.fill("#postcodes", "M1 1AA")
        page.get_by_role("button", name="Send", exact=True).click()
        page.wait_for_selector("dl.once")
        assert re.fullmatch(
            r"[0-9a-f-]{36}", page.locator("dl.once code").first.inner_text()
        )
