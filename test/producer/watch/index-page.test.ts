import { parseIndexPage } from '../../../producer/watch/index-page';

const PAGE = new URL('https://example.org/pub/B009/2021/182/');

/** Listings as servers write them, shortened. */
const PAGES = {
  'Apache, with a table': `<table><tr><th><a href="?C=N;O=D">Name</a></th></tr>
    <tr><td><img src="/icons/back.gif"></td><td><a href="/pub/B009/2021/">Parent Directory</a></td><td>&nbsp;</td></tr>
    <tr><td><a href="B00921182Day.tgz"><img src="/icons/x.gif"></a></td><td><a href="B00921182Day.tgz">B00921182Day.tgz</a></td>
    <td align="right">2021-07-02 00:10  </td><td align="right">6.8K</td></tr>
    <tr><td><a href="more/">more/</a></td><td>2021-07-02 00:10  </td><td>  - </td></tr></table>`,
  'Apache, preformatted': `<pre><a href="?C=M;O=A">Last modified</a><hr><a href="/pub/B009/2021/">Parent Directory</a>
<a href="B00921182Day.tgz">B00921182Day.tgz</a>   2021-07-02 00:10  6.8K
<a href="more/">more/</a>   2021-07-02 00:10    -
</pre>`,
  nginx: `<pre><a href="../">../</a>
<a href="more/">more/</a>                           02-Jul-2021 00:10                   -
<a href="B00921182Day.tgz">B00921182Day.tgz</a>     02-Jul-2021 00:10                6951
</pre>`,
  'addresses in full': `<ul><li><a href="https://example.org/pub/B009/2021/182/more/">more</a></li>
    <li><a href='/pub/B009/2021/182/B00921182Day.tgz'>B00921182Day.tgz</a> <span>2021-07-02T00:10:31</span> <i>6,951 bytes</i>`,
  Python: `<ul><li><a href="B00921182Day.tgz">B00921182Day.tgz</a></li><li><a href="more/">more/</a></li></ul>`,
};

const VERSIONS = {
  'Apache, with a table': '2021-07-02 00:10 6.8K',
  'Apache, preformatted': '2021-07-02 00:10 6.8K',
  nginx: '02-Jul-2021 00:10 6951',
  'addresses in full': '2021-07-02T00:10:31 6,951 bytes',
  Python: '',
};

test.each(Object.keys(PAGES) as (keyof typeof PAGES)[])('%s', async (server) => {
  expect(await parseIndexPage(PAGES[server], PAGE)).toEqual({
    folders: ['more/'],
    files: [{ path: 'B00921182Day.tgz', name: 'B00921182Day.tgz', version: VERSIONS[server] }],
    ignored: undefined,
  });
});
