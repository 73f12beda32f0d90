// Runs before the first paint, so that a chosen theme does not flash the other one. The switch itself is in theme.js.
try {
  const chosen = localStorage.getItem('postern.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // No storage, no memory: the system's theme it is.
}
