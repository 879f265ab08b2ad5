export const BookPage = () => (
  <main id="content">
    <h1>BookPage</h1>
  </main>
);
