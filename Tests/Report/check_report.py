#!/usr/bin/env python3
"""Opens a report in a headless Chromium, works its controls and takes pictures.

    check_report.py PROGRAM OUT

Makes a small probe and a report of it and of Results/quick under OUT, and leaves screenshots there.
Needs chromium, chromedriver and selenium.
"""

import base64
import json
import pathlib
import shutil
import subprocess
import sys

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

checks = 0


def expect(condition, what):
    global checks
    checks += 1
    if not condition:
        raise SystemExit(f"check_report: {what}")


def make_report(program, out):
    def run(*words):
        subprocess.run([program, *words, "-q"], check=True, stdout=subprocess.DEVNULL)

    tasks = out / "tasks"
    run("generate", "--task", "key-value", "--length", "160,1280", "--count", "3", "--seed", "7",
        "--out", tasks)
    run("generate", "--task", "multi-hop", "--hops", "2", "--length", "160", "--count", "3",
        "--seed", "7", "--out", tasks)
    run("probe", "--model", "Models/sandbox-facts",
        *[word for length in (160, 1280) for word in ("--tasks", tasks / f"key-value-{length}.jsonl")],
        "--tasks", tasks / "multi-hop-160.jsonl", "--adapt", "qttt", "--steps", "8", "--profile",
        "0,1", "--learning-rate", "1e-3", "--seed", "7", "--out", out / "probe", "--force")
    run("report", "Results/quick", out / "probe", "--training-length", "160", "--out", out)
    return out / "index.html", out / "probe" / "attention.jsonl"


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


def show_at(driver, width, scheme):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "media": "", "features": [{"name": "prefers-color-scheme", "value": scheme}]})


def picture(driver, path, whole=True):
    made = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": whole, **(
        {"clip": {"x": 0, "y": 0, "scale": 1, **driver.execute_script(
            "return {width: document.documentElement.clientWidth,"
            " height: Math.min(document.documentElement.scrollHeight, 12000)}")}}
        if whole else {})})
    path.write_bytes(base64.b64decode(made["data"]))


LUMINANCE = """
function channel(v) { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); }
function luminance(text) {
  var box = document.createElement('i'); box.style.color = text; document.body.append(box);
  var rgb = getComputedStyle(box).color.match(/[0-9.]+/g).map(Number); box.remove();
  return 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
}
function ratio(a, b) {
  var x = luminance('var(' + a + ')'), y = luminance('var(' + b + ')');
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
return ['--ink', '--quiet', '--accent'].map(function (ink) {
  return Math.min(ratio(ink, '--paper'), ratio(ink, '--panel'));
});
"""


def check_look(driver, out):
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            show_at(driver, width, scheme)
            wide = driver.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            expect(wide <= 0, f"the page scrolls sideways by {wide} pixels at {width}")
            ratios = driver.execute_script(LUMINANCE)
            expect(min(ratios) >= 4.5, f"text of {scheme} is too faint: {ratios}")
            picture(driver, out / f"report-{width}-{scheme}.png")
            driver.execute_script("document.querySelector('.explorer').scrollIntoView()")
            picture(driver, out / f"explorer-{width}-{scheme}.png", whole=False)
    show_at(driver, 1280, "light")


def check_theme(driver):
    button = driver.find_element(By.ID, "theme")
    colours = []
    for expected in ("light", "dark", None):
        button.click()
        theme = driver.execute_script("return document.documentElement.dataset.theme || null")
        expect(theme == expected, f"the theme is {theme}, not {expected}")
        colours.append(driver.execute_script("return getComputedStyle(document.body).backgroundColor"))
    expect(colours[0] != colours[1] and colours[0] == colours[2], f"backgrounds are {colours}")


def check_names(driver):
    nameless = driver.execute_script("""
      return Array.from(document.querySelectorAll('button, select, input, [tabindex="0"], a'))
        .filter(function (element) {
          var label = element.closest('label');
          var other = element.getAttribute('aria-labelledby');
          return !(element.getAttribute('aria-label') || (label && label.textContent.trim())
            || (other && document.getElementById(other)) || element.textContent.trim());
        }).map(function (element) { return element.outerHTML.slice(0, 80); });""")
    expect(not nameless, f"controls without a name: {nameless}")
    names = driver.execute_script(
        "return Array.from(document.querySelectorAll('[id]')).map(function (e) { return e.id; })")
    expect(len(names) == len(set(names)), "two elements share a name")
    empty = driver.execute_script("""
      return Array.from(document.querySelectorAll('figure svg use')).filter(function (use) {
        return !document.getElementById(use.getAttribute('href').slice(1)); }).length""")
    expect(empty == 0, f"{empty} letters of figures are missing")
    # Only a fresh page has no place yet from which the tab key goes on.
    driver.refresh()
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    expect(driver.switch_to.active_element.get_attribute("class") == "skip",
           "the first stop of the tab key is not the link past the head")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    expect(driver.execute_script("return document.activeElement.id") == "contents",
           "the link past the head leads nowhere")


def check_tables(driver):
    box = driver.find_element(By.CSS_SELECTOR, "div.table")

    def column(place):
        return driver.execute_script("""
          var place = arguments[1];
          return Array.from(arguments[0].tBodies[0].rows)
            .filter(function (row) { return !row.hidden; })
            .map(function (row) { return row.cells[place].dataset.v || row.cells[place].textContent; });
          """, box.find_element(By.TAG_NAME, "table"), place)

    headings = box.find_elements(By.CSS_SELECTOR, "th")
    place = next(i for i, heading in enumerate(headings) if heading.text == "accuracy")
    button = headings[place].find_element(By.TAG_NAME, "button")
    button.click()
    values = [float(value) for value in column(place)]
    expect(values == sorted(values), "a click on a heading does not sort upward")
    expect(headings[place].get_attribute("aria-sort") == "ascending", "aria-sort is missing")
    button.send_keys(Keys.ENTER)
    values = [float(value) for value in column(place)]
    expect(values == sorted(values, reverse=True), "a second one does not sort downward")
    everything = len(values)
    select = Select(box.find_element(By.CSS_SELECTOR, "select[data-column='1']"))
    select.select_by_visible_text("160")
    expect(set(map(float, column(1))) == {160} and len(column(1)) < everything,
           "the filter of T does nothing")
    search = box.find_element(By.CSS_SELECTOR, "input[type=search]")
    search.send_keys("in-context")
    expect(set(column(2)) == {"in-context"}, "the search does nothing")
    expect(" of " in box.find_element(By.TAG_NAME, "output").text, "the count of rows is not told")
    search.send_keys(Keys.ENTER)
    search.clear()
    search.send_keys("x", Keys.BACKSPACE)
    select.select_by_visible_text("all")
    expect(len(column(1)) == everything, "rows stay hidden")


def check_explorer(driver, attention):
    records = [json.loads(line) for line in attention.read_text().splitlines()]
    box = driver.find_element(By.CSS_SELECTOR, ".explorer")

    def find(selector):
        return box.find_element(By.CSS_SELECTOR, selector)

    def summary():
        return find(".summary").text

    instance = Select(find("select[name=instance]"))
    expect(len(instance.options) == len(records), "instances are missing")
    for number, record in enumerate(records):
        instance.select_by_index(number)
        _, answers, layers, heads, _ = record["shape"]
        step = find("input[name=step]")
        step.send_keys(Keys.END)
        expect(f"after {record['steps'][-1]} steps" in summary(), f"the slider does not move: {summary()}")
        answer = Select(find("select[name=answer]"))
        answer.select_by_index(answers - 1)
        find(".heads button[aria-selected=true]").send_keys(Keys.HOME)
        for _ in range(layers):
            driver.switch_to.active_element.send_keys(Keys.ARROW_UP)
        seen = []
        for layer in range(layers):
            driver.switch_to.active_element.send_keys(Keys.HOME)
            for head in range(heads):
                place = (((len(record["steps"]) - 1) * answers + answers - 1) * layers + layer) * heads
                mass = record["mass"][place + head]
                expect(f"Layer {layer}, head {head}," in summary(), f"the arrows lead to {summary()}")
                told = float(summary().split("target mass ")[1].split()[0])
                expect(abs(told - mass) < 6e-4, f"{summary()} should tell {mass}")
                seen.append(find(".plot g").get_attribute("innerHTML"))
                driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
            driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
        expect(len(set(seen)) == layers * heads, "heads share a drawing")
    last = find(".heads > div:last-child button:last-child")
    last.click()
    expect(last.get_attribute("aria-selected") == "true", "a click does not choose a head")
    plot = find(".plot")
    plot.send_keys(Keys.HOME)
    expect(plot.get_attribute("aria-valuenow") == "0", "Home does not lead to the start")
    plot.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    expect(plot.get_attribute("aria-valuenow") == "1", "arrows do not move along the positions")
    plot.send_keys("g")
    expect("gold fact" in find(".readout").text, f"G does not lead to gold: {find('.readout').text}")
    expect(plot.get_attribute("aria-valuetext") == find(".readout").text, "the position is not told")
    before = find(".plot g").get_attribute("innerHTML")
    find("input[name=log]").send_keys(Keys.SPACE)
    expect(find(".plot g").get_attribute("innerHTML") != before, "the logarithmic axis is the other")
    find("input[name=ghost]").click()
    expect("ghost" not in find(".plot g").get_attribute("innerHTML"), "the outline stays")
    expect(len(box.find_elements(By.CSS_SELECTOR, ".most tbody tr")) == 8, "no list of positions")
    find("input[name=log]").click()
    find("input[name=ghost]").click()


def check_print(driver, out):
    made = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    pdf = base64.b64decode(made["data"])
    (out / "report.pdf").write_bytes(pdf)
    expect(pdf.startswith(b"%PDF") and len(pdf) > 20_000, "nothing is printed")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    hidden = driver.execute_script(
        "return ['nav', '.filters', '#theme'].every(function (name) {"
        " return getComputedStyle(document.querySelector(name)).display === 'none'; })")
    expect(hidden, "controls are printed")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def check_silence(driver):
    loud = [entry["message"] for entry in driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING")]
    expect(not loud, f"the console says {loud}")
    asked = set()
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.add(message["params"]["request"]["url"].split(":")[0])
    expect(asked <= {"file", "data"}, f"something is fetched over {asked}")


def check_committed(driver):
    """The report of the committed study, which `make report` writes."""
    page = pathlib.Path("out/report/index.html").resolve()
    if not page.exists():
        return
    driver.get(page.as_uri())
    for width in (1280, 390):
        show_at(driver, width, "light")
        wide = driver.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        expect(wide <= 0, f"the committed page scrolls sideways by {wide} pixels at {width}")
    sections = len(driver.find_elements(By.CSS_SELECTOR, "main > section"))
    figures = len(driver.find_elements(By.CSS_SELECTOR, "figure > .scroll > *"))
    expect(sections > 10 and figures > 40, f"{sections} sections and {figures} figures")
    check_silence(driver)


def main():
    program, out = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    page, attention = make_report(str(pathlib.Path(program).resolve()), out)
    driver = browser()
    try:
        driver.get(page.as_uri())
        check_look(driver, out)
        check_theme(driver)
        check_names(driver)
        check_tables(driver)
        check_explorer(driver, attention)
        check_print(driver, out)
        check_silence(driver)
        check_committed(driver)
    finally:
        driver.quit()
    print(f"check_report: {checks} checks passed; pictures in {out}")


if __name__ == "__main__":
    main()
