/// The script of reports: what a page can do beyond being read.
enum ReportScript {
  static let text = [theme, tables, ExplorerScript.reading, ExplorerScript.drawing].joined(
    separator: "\n")

  /// Light, dark, or as the system has it.
  private static let theme = #"""
    (function () {
      'use strict';
      var root = document.documentElement;
      root.classList.add('js');
      var button = document.getElementById('theme');
      var names = { '': 'as the system', light: 'light', dark: 'dark' };
      var order = ['', 'light', 'dark'];
      function stored(value) {
        // A page opened from a file may have no storage.
        try {
          if (value === undefined) return localStorage.getItem('theme') || '';
          localStorage.setItem('theme', value);
        } catch (error) { /* The choice then lasts as long as the page. */ }
        return '';
      }
      function show(theme) {
        if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
        button.textContent = 'Theme: ' + names[theme];
      }
      var theme = stored();
      if (order.indexOf(theme) < 0) theme = '';
      button.hidden = false;
      button.addEventListener('click', function () {
        theme = order[(order.indexOf(theme) + 1) % order.length];
        stored(theme);
        show(theme);
      });
      show(theme);
    })();
    """#

  /// Sorting and filtering.
  private static let tables = #"""
    (function () {
      'use strict';
      function key(row, column) {
        var cell = row.cells[column];
        return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
      }
      function compare(a, b) {
        var numeric = typeof a === 'number' && typeof b === 'number';
        // Cells without a number come after those with one.
        if (!numeric && typeof a === 'number') return -1;
        if (!numeric && typeof b === 'number') return 1;
        return numeric ? a - b : a < b ? -1 : a > b ? 1 : 0;
      }
      document.querySelectorAll('div.table').forEach(function (box) {
        var body = box.querySelector('tbody');
        var rows = Array.from(body.rows);
        var headings = Array.from(box.querySelectorAll('th'));
        headings.forEach(function (heading, column) {
          heading.querySelector('button').addEventListener('click', function () {
            var down = heading.getAttribute('aria-sort') === 'ascending';
            headings.forEach(function (other) { other.removeAttribute('aria-sort'); });
            heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
            rows.sort(function (a, b) {
              return (down ? -1 : 1) * compare(key(a, column), key(b, column));
            });
            body.append.apply(body, rows);
          });
        });
        var form = box.querySelector('form');
        var selects = Array.from(form.querySelectorAll('select'));
        var search = form.querySelector('input');
        var count = form.querySelector('output');
        function filter() {
          var text = search.value.trim().toLowerCase();
          var shown = 0;
          rows.forEach(function (row) {
            var fits = selects.every(function (select) {
              return !select.value || row.cells[select.dataset.column].textContent === select.value;
            });
            fits = fits && row.textContent.toLowerCase().indexOf(text) >= 0;
            row.hidden = !fits;
            if (fits) shown += 1;
          });
          count.textContent = shown === rows.length
            ? shown + (shown === 1 ? ' row' : ' rows') : shown + ' of ' + rows.length + ' rows';
        }
        form.addEventListener('input', filter);
        form.addEventListener('change', filter);
        form.addEventListener('submit', function (event) { event.preventDefault(); });
        // Browsers keep what was typed when a page is loaded again.
        filter();
      });
    })();
    """#
}
