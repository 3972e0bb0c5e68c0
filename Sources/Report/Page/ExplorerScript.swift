/// The script of the attention explorer.
enum ExplorerScript {
  /// Numbers and words, of the instance that is chosen.
  static let reading = #"""
    var reading = (function () {
      'use strict';
      function levels(text) {
        var raw = atob(text);
        var result = new Uint16Array(raw.length / 2);
        for (var i = 0; i < result.length; i += 1) {
          result[i] = raw.charCodeAt(2 * i) * 256 + raw.charCodeAt(2 * i + 1);
        }
        return result;
      }
      function share(level) { return level === 0 ? 0 : Math.pow(10, -6 + (level - 1) * 6 / 65534); }
      function figure(value) {
        if (value === 0) return 'below 0.000001';
        return value >= 0.01 ? value.toFixed(3) : value.toPrecision(2);
      }
      function read(packed) {
        var data = levels(packed.attention);
        var words = packed.words === undefined ? null : packed.words.split(' ');
        function row(step, answer, layer, head) {
          return ((step * packed.answers.length + answer) * packed.layers.length + layer)
            * packed.heads.length + head;
        }
        return {
          packed: packed,
          mass: function (step, answer, layer, head) {
            return packed.mass[row(step, answer, layer, head)] / 1e4;
          },
          bins: function (step, answer, layer, head) {
            var start = row(step, answer, layer, head) * packed.bins;
            return Array.from(data.subarray(start, start + packed.bins), share);
          },
          positions: function (bin) {
            return [bin * packed.width, Math.min((bin + 1) * packed.width, packed.positions)];
          },
          hops: function (bin) {
            var span = this.positions(bin);
            return packed.gold.filter(function (fact) {
              return fact[1] < span[1] && span[0] < fact[2];
            });
          },
          words: function (bin) {
            if (!words) return '';
            var span = this.positions(bin);
            var all = words.slice(span[0], Math.min(span[1], span[0] + 12));
            return all.join(' ') + (span[1] - span[0] > 12 ? ' \u2026' : '');
          },
          name: function (bin) {
            var span = this.positions(bin);
            return span[1] - span[0] === 1 ? String(span[0]) : span[0] + '\u2013' + (span[1] - 1);
          }
        };
      }
      return { read: read, figure: figure };
    })();
    """#

  /// Controls and the drawing.
  static let drawing = #"""
    (function () {
      'use strict';
      var HEIGHT = 260, LEFT = 46, RIGHT = 8, TOP = 18, BOTTOM = 30;

      function explore(box) {
        var instances = JSON.parse(document.getElementById(box.dataset.source).textContent)
          .map(reading.read);
        var form = box.querySelector('form').elements;
        var grid = box.querySelector('.heads');
        var plot = box.querySelector('.plot');
        var group = plot.querySelector('g');
        var now = { instance: instances[0], layer: 0, head: 0, bin: 0 };

        function fill(select, texts) {
          select.replaceChildren();
          texts.forEach(function (text, place) { select.add(new Option(text, place)); });
        }
        function chosen() {
          return { step: Number(form.step.value), answer: Number(form.answer.value) };
        }
        function moment(step) {
          var steps = now.instance.packed.steps[step];
          return steps === 0 ? 'in context' : 'after ' + steps + (steps === 1 ? ' step' : ' steps');
        }
        function best() {
          var packed = now.instance.packed, answer = chosen().answer, most = -1;
          packed.layers.forEach(function (_, layer) {
            packed.heads.forEach(function (_, head) {
              var mass = now.instance.mass(0, answer, layer, head);
              if (mass > most) { most = mass; now.layer = layer; now.head = head; }
            });
          });
        }
        function gold() {
          var packed = now.instance.packed;
          return packed.gold[packed.holders[chosen().answer]];
        }
        function open() {
          now.instance = instances[Number(form.instance.value)];
          var packed = now.instance.packed;
          fill(form.answer, packed.answers);
          form.step.max = packed.steps.length - 1;
          form.step.value = 0;
          form.step.disabled = packed.steps.length < 2;
          best();
          now.bin = peak(gold());
          build();
          show();
        }
        /** The bin of a fact that gets the most attention in context. */
        function peak(fact) {
          var shares = now.instance.bins(0, chosen().answer, now.layer, now.head);
          var best = Math.floor(fact[1] / now.instance.packed.width);
          for (var position = fact[1]; position < fact[2]; position += 1) {
            var bin = Math.floor(position / now.instance.packed.width);
            if (shares[bin] > shares[best]) best = bin;
          }
          return best;
        }
        function build() {
          var packed = now.instance.packed;
          grid.replaceChildren();
          var top = document.createElement('div');
          top.setAttribute('role', 'row');
          [''].concat(packed.heads).forEach(function (head, place) {
            var cell = document.createElement('span');
            cell.setAttribute('role', 'columnheader');
            cell.textContent = place === 0 ? '' : 'head ' + head;
            top.append(cell);
          });
          grid.append(top);
          packed.layers.forEach(function (number, layer) {
            var row = document.createElement('div');
            row.setAttribute('role', 'row');
            var title = document.createElement('span');
            title.setAttribute('role', 'rowheader');
            title.textContent = 'layer ' + number;
            row.append(title);
            packed.heads.forEach(function (_, head) {
              var cell = document.createElement('button');
              cell.type = 'button';
              cell.setAttribute('role', 'gridcell');
              cell.addEventListener('click', function () { choose(layer, head); });
              row.append(cell);
            });
            grid.append(row);
          });
        }
        function cell(layer, head) { return grid.children[layer + 1].children[head + 1]; }
        function choose(layer, head) {
          var packed = now.instance.packed;
          now.layer = Math.max(0, Math.min(layer, packed.layers.length - 1));
          now.head = Math.max(0, Math.min(head, packed.heads.length - 1));
          show();
          cell(now.layer, now.head).focus();
        }
        function show() {
          var packed = now.instance.packed, at = chosen();
          form.steps.textContent = moment(at.step);
          box.querySelector('.question').textContent =
            'Question: ' + packed.question + ' \u2192 ' + packed.answers.join(' ');
          packed.layers.forEach(function (_, layer) {
            packed.heads.forEach(function (_, head) {
              var mass = now.instance.mass(at.step, at.answer, layer, head);
              var button = cell(layer, head);
              var selected = layer === now.layer && head === now.head;
              button.textContent = mass.toFixed(2).replace(/^0/, '');
              button.style.setProperty('--mass', mass);
              button.setAttribute('aria-selected', String(selected));
              button.tabIndex = selected ? 0 : -1;
              button.setAttribute('aria-label', 'layer ' + packed.layers[layer] + ', head '
                + packed.heads[head] + ': target mass ' + mass.toFixed(3));
            });
          });
          var mass = now.instance.mass(at.step, at.answer, now.layer, now.head);
          var before = now.instance.mass(0, at.answer, now.layer, now.head);
          box.querySelector('.summary').textContent = 'Layer ' + packed.layers[now.layer]
            + ', head ' + packed.heads[now.head] + ', ' + moment(at.step) + ': target mass '
            + mass.toFixed(3) + (at.step ? ' (in context ' + before.toFixed(3) + ')' : '');
          now.shares = now.instance.bins(at.step, at.answer, now.layer, now.head);
          now.first = now.instance.bins(0, at.answer, now.layer, now.head);
          list();
          draw();
        }
        function list() {
          var body = box.querySelector('.most tbody');
          var order = now.shares.map(function (_, bin) { return bin; })
            .sort(function (a, b) { return now.shares[b] - now.shares[a] || a - b; }).slice(0, 8);
          body.replaceChildren();
          order.forEach(function (bin) {
            var row = body.insertRow();
            var hops = now.instance.hops(bin);
            [now.instance.name(bin), reading.figure(now.shares[bin]),
              reading.figure(now.first[bin]),
              now.instance.words(bin) + (hops.length ? ' (gold)' : '')].forEach(function (text, place) {
              var entry = row.insertCell();
              entry.textContent = text;
              if (place < 3) entry.className = 'number';
            });
          });
        }
        function draw() {
          var packed = now.instance.packed;
          var width = Math.max(plot.clientWidth, 200);
          var log = form.log.checked;
          var most = 1e-6;
          // One scale for all steps of a head, so that they can be compared.
          packed.steps.forEach(function (_, step) {
            most = Math.max.apply(null, [most].concat(
              now.instance.bins(step, chosen().answer, now.layer, now.head)));
          });
          function x(position) { return LEFT + position / packed.positions * (width - LEFT - RIGHT); }
          function y(value) {
            var share = log ? (Math.log10(Math.max(value, 1e-6)) + 6) / 6 : value / most;
            return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
          }
          function rect(name, left, right, top) {
            return '<rect class="' + name + '" x="' + left.toFixed(2) + '" y="' + top.toFixed(2)
              + '" width="' + Math.max(right - left, 1).toFixed(2) + '" height="'
              + Math.max(HEIGHT - BOTTOM - top, 0).toFixed(2) + '"/>';
          }
          function text(left, top, anchor, words) {
            return '<text x="' + left.toFixed(1) + '" y="' + top.toFixed(1) + '" text-anchor="' + anchor
              + '">' + words + '</text>';
          }
          var parts = [];
          var target = gold();
          packed.gold.forEach(function (fact) {
            // Short facts of long contexts stay visible.
            var middle = (x(fact[1]) + x(fact[2])) / 2;
            var half = Math.max((x(fact[2]) - x(fact[1])) / 2, 3);
            parts.push(rect('gold', middle - half, middle + half, TOP));
            var label = packed.gold.length > 1 ? String(fact[0] + 1) : 'gold';
            if (fact === target && packed.gold.length > 1) label += ' *';
            parts.push(text(Math.min(Math.max(middle, LEFT + 12), width - 20), TOP - 5, 'middle', label));
          });
          var ticks = log ? [1, 1e-2, 1e-4, 1e-6] : [0, most / 2, most];
          ticks.forEach(function (tick) {
            parts.push('<line class="axis" x1="' + LEFT + '" x2="' + (width - RIGHT) + '" y1="'
              + y(tick) + '" y2="' + y(tick) + '"/>');
            parts.push(text(LEFT - 4, y(tick) + 4, 'end',
              log ? '1e' + Math.round(Math.log10(tick)) : tick.toPrecision(2)));
          });
          [0, 0.5, 1].forEach(function (part, place) {
            var position = Math.round(part * packed.positions);
            parts.push(text(x(position), HEIGHT - 10, ['start', 'middle', 'end'][place], position));
          });
          now.shares.forEach(function (value, bin) {
            var span = now.instance.positions(bin);
            var name = now.instance.hops(bin).length ? 'target' : 'bar';
            if (value > 0) parts.push(rect(name, x(span[0]), x(span[1]) - 0.4, y(value)));
          });
          if (form.ghost.checked && chosen().step > 0) {
            var path = now.first.map(function (value, bin) {
              var span = now.instance.positions(bin);
              return (bin ? 'L' : 'M') + x(span[0]).toFixed(2) + ' ' + y(value).toFixed(2)
                + 'H' + x(span[1]).toFixed(2);
            });
            parts.push('<path class="ghost" d="' + path.join('') + '"/>');
          }
          var middle = x((now.bin + 0.5) * packed.width).toFixed(2);
          parts.push('<line class="cursor" x1="' + middle + '" x2="' + middle + '" y1="' + TOP
            + '" y2="' + (HEIGHT - BOTTOM) + '"/>');
          group.innerHTML = parts.join('');
          tell();
        }
        function tell() {
          var packed = now.instance.packed;
          var hops = now.instance.hops(now.bin).map(function (fact) { return fact[0] + 1; });
          var words = now.instance.words(now.bin);
          var text = (packed.width > 1 ? 'Positions ' : 'Position ') + now.instance.name(now.bin) + ': '
            + reading.figure(now.shares[now.bin]) + ' of the attention'
            + (chosen().step ? ' (in context ' + reading.figure(now.first[now.bin]) + ')' : '')
            + (hops.length ? ', gold fact' + (packed.gold.length > 1 ? ' ' + hops.join(', ') : '') : '')
            + (words ? ': ' + words : '');
          box.querySelector('.readout').textContent = text;
          plot.setAttribute('aria-valuemax', packed.bins - 1);
          plot.setAttribute('aria-valuenow', now.bin);
          plot.setAttribute('aria-valuetext', text);
        }
        function move(bin) {
          now.bin = Math.max(0, Math.min(bin, now.instance.packed.bins - 1));
          draw();
        }
        function nextGold() {
          var starts = now.instance.packed.gold.map(function (fact) {
            return Math.floor(fact[1] / now.instance.packed.width);
          }).sort(function (a, b) { return a - b; });
          var later = starts.filter(function (bin) { return bin > now.bin; });
          move(later.length ? later[0] : starts[0]);
        }
        plot.addEventListener('keydown', function (event) {
          if (event.ctrlKey || event.altKey || event.metaKey) return;
          var moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10,
            PageUp: 10, Home: -1e9, End: 1e9 };
          if (event.key === 'g' || event.key === 'G') nextGold();
          else if (moves[event.key]) move(now.bin + moves[event.key]);
          else return;
          event.preventDefault();
        });
        function point(event) {
          var left = event.clientX - plot.getBoundingClientRect().left - plot.clientLeft;
          var share = (left - LEFT) / (Math.max(plot.clientWidth, 200) - LEFT - RIGHT);
          move(Math.floor(share * now.instance.packed.positions / now.instance.packed.width));
        }
        plot.addEventListener('pointerdown', point);
        plot.addEventListener('pointermove', function (event) {
          if (event.pointerType === 'mouse' || event.buttons) point(event);
        });
        grid.addEventListener('keydown', function (event) {
          var moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
            Home: [0, -1e9], End: [0, 1e9] };
          var way = moves[event.key];
          if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
          choose(now.layer + way[0], now.head + way[1]);
          event.preventDefault();
        });
        form.instance.addEventListener('change', open);
        form.answer.addEventListener('change', show);
        form.step.addEventListener('input', show);
        form.log.addEventListener('change', draw);
        form.ghost.addEventListener('change', draw);
        box.querySelector('form').addEventListener('submit', function (event) {
          event.preventDefault();
        });
        window.addEventListener('resize', draw);
        fill(form.instance, instances.map(function (instance) { return instance.packed.label; }));
        open();
      }
      document.querySelectorAll('.explorer').forEach(explore);
    })();
    """#
}
