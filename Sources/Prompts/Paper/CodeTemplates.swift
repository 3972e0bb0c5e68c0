extension CodeTemplate {
  /// The functions that synthetic code is made of; every one of them is right.
  static let all = [
    CodeTemplate(
      name: "attend",
      body: """
        def $name($a, $b, $c, width):
            $d = $a @ $b.T / math.sqrt(width)
            $d = $d - $d.max(axis=1, keepdims=True)
            $e = np.exp($d)
            $e = $e / $e.sum(axis=1, keepdims=True)
            return $e @ $c
        """),
    CodeTemplate(
      name: "running_mean",
      body: """
        def $name($a):
            $b = 0
            $c = 0.0
            for $d in $a:
                $b += 1
                $c += ($d - $c) / $b
            return $c
        """),
    CodeTemplate(
      name: "variance",
      body: """
        def $name($a):
            if len($a) < 2:
                return 0.0
            $b = sum($a) / len($a)
            $c = 0.0
            for $d in $a:
                $c += ($d - $b) ** 2
            return $c / (len($a) - 1)
        """),
    CodeTemplate(
      name: "bisect",
      body: """
        def $name($a, $b):
            $c = 0
            $d = len($a)
            while $c < $d:
                $e = ($c + $d) // 2
                if $a[$e] < $b:
                    $c = $e + 1
                else:
                    $d = $e
            return $c
        """),
    CodeTemplate(
      name: "clip_norm",
      body: """
        def $name($a, $b=#1):
            $c = 0.0
            for $d in $a:
                $c += float(np.sum($d * $d))
            $e = math.sqrt($c)
            if $e > $b:
                $a = [$d * $b / $e for $d in $a]
            return $a
        """),
    CodeTemplate(
      name: "momentum",
      body: """
        def $name($a, $b, $c, $d=0.9, $e=0.#1):
            for $f in range(len($a)):
                $c[$f] = $d * $c[$f] + $b[$f]
                $a[$f] = $a[$f] - $e * $c[$f]
            return $a, $c
        """),
    CodeTemplate(
      name: "moving_max",
      body: """
        def $name($a, $b=#1):
            $c = []
            for $d in range(len($a)):
                $e = max(0, $d - $b + 1)
                $c.append(max($a[$e:$d + 1]))
            return $c
        """),
    CodeTemplate(
      name: "cosine",
      body: """
        def $name($a, $b, $c=1e-8):
            $d = float(np.dot($a, $b))
            $e = np.linalg.norm($a) * np.linalg.norm($b)
            return $d / max($e, $c)
        """),
    CodeTemplate(
      name: "warmup",
      body: """
        def $name($a, $b=#1, $c=#2, $d=0.#3):
            if $a < $b:
                return $d * ($a + 1) / $b
            $e = min(1.0, ($a - $b) / $c)
            return $d * (1.0 - $e)
        """),
    CodeTemplate(
      name: "edit_distance",
      body: """
        def $name($a, $b):
            $c = list(range(len($b) + 1))
            for $d in range(1, len($a) + 1):
                $e = [$d]
                for $f in range(1, len($b) + 1):
                    cost = 0 if $a[$d - 1] == $b[$f - 1] else 1
                    $e.append(min($c[$f] + 1, $e[$f - 1] + 1, $c[$f - 1] + cost))
                $c = $e
            return $c[-1]
        """),
    CodeTemplate(
      name: "cross_entropy",
      body: """
        def $name($a, $b):
            $c = $a - $a.max(axis=1, keepdims=True)
            $d = np.log(np.exp($c).sum(axis=1))
            $e = $c[np.arange(len($b)), $b]
            return float(np.sum($d - $e) / len($b))
        """),
    CodeTemplate(
      name: "layer_norm",
      body: """
        def $name($a, $b, $c, $d=1e-8):
            $e = $a.mean(axis=1, keepdims=True)
            $f = $a.var(axis=1, keepdims=True)
            return ($a - $e) / np.sqrt($f + $d) * $b + $c
        """),
    CodeTemplate(
      name: "trapezoid",
      body: """
        def $name($a, $b):
            $c = 0.0
            for $d in range(1, len($a)):
                $e = $a[$d] - $a[$d - 1]
                $c += $e * ($b[$d] + $b[$d - 1]) / 2
            return $c
        """),
    CodeTemplate(
      name: "early_stop",
      body: """
        def $name($a, $b=#1):
            $c = math.inf
            $d = 0
            for $e, $f in enumerate($a):
                if $f < $c:
                    $c = $f
                    $d = $e
                if $e - $d >= $b and $e > #2:
                    return $d
            return $d
        """),
    CodeTemplate(
      name: "histogram",
      body: """
        def $name($a, $b, $c, $d=#1):
            $e = [0] * $d
            for $f in $a:
                if $b <= $f and $f < $c:
                    slot = int(($f - $b) / ($c - $b) * $d)
                    $e[slot] += 1
            return $e
        """),
    CodeTemplate(
      name: "top_share",
      body: """
        def $name($a, $b=0.#1):
            $c = np.argsort($a)[::-1]
            $d = 0.0
            $e = []
            for $f in $c:
                if $d >= $b and len($e) > 0:
                    break
                $d += $a[$f]
                $e.append(int($f))
            return $e
        """),
    CodeTemplate(
      name: "normalise",
      body: """
        def $name($a, $b=#1):
            $c = max($a) - min($a)
            if not $c:
                return [0.0 for $d in $a]
            $e = min($a)
            return [($d - $e) * $b / $c for $d in $a]
        """),
    CodeTemplate(
      name: "smooth",
      body: """
        def $name($a, $b=0.#1):
            $c = [$a[0]]
            for $d in $a[1:]:
                $c.append($b * $d + (1 - $b) * $c[-1])
            return $c
        """),
  ]
}
