export const Room = () => (
  <main id="content">
    <h1>Room</h1>
  </main>
);
