import { expect, test } from 'vitest';
import { embedAddress, framersIn, iframeLine, isEmbedded, wholeAddress } from '../lib/frame';

test('only the exact query that the server knows asks for the view for frames', () => {
  expect(isEmbedded('?embed=1')).toBe(true);
  expect(['', '?embed=0', '?embed=1&x', '?x&embed=1'].some(isEmbedded)).toBe(false);
});

test('the frame and the whole page have the same run in their addresses, and each its own view', () => {
  const run = '#v1~lost-update~plain~1.a1~~~';

  expect(embedAddress('https://a.example/walk/#v1~lost-update~plain~1.a1~~~world')).toBe(
    `https://a.example/walk/?embed=1${run}`,
  );
  expect(wholeAddress(`https://a.example/walk/?embed=1${run}`)).toBe(`https://a.example/walk/${run}`);
});

test('a title cannot end the attribute that it stands in', () => {
  const line = iframeLine('https://a.example/?embed=1#v1~x', '"><script>alert(1)</script>', 480);

  expect(line).toContain('title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  expect(line).toContain('height="480"');
});

test('who may frame it is read from the policy', () => {
  expect(framersIn("default-src 'self'; frame-ancestors 'self'")).toBe('own');
  expect(framersIn("frame-ancestors 'none'")).toBe('own');
  expect(framersIn("frame-ancestors 'self' *; base-uri 'none'")).toBe('all');
  expect(framersIn("frame-ancestors 'self' https://lwn.example")).toEqual(['https://lwn.example']);
  expect(framersIn("default-src 'self'")).toBe('all');
});
