// The parts of the page that are wider than they may be.
() => [...document.querySelectorAll('html, body, #main, .log, .side, .rail')]
  .filter((el) => el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 0).map((el) => `${el.tagName}.${el.className} ${el.scrollWidth}`)
