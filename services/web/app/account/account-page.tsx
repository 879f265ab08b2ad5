export const AccountPage = () => (
  <main id="content">
    <h1>AccountPage</h1>
  </main>
);
