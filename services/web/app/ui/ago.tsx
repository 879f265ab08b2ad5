import { useFormat } from '../i18n/format.ts';

/** "2 hours ago", with the moment itself on hover. */
export const Ago = ({ time }: { time: string }) => {
  const format = useFormat();
  return (
    <time dateTime={time} title={format.exactly(time)}>
      {format.ago(time)}
    </time>
  );
};
