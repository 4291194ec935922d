/** Types of fields that are no plain text. */
const TYPES: Readonly<Record<string, readonly number[]>> = {
  INT: [98, 102, 103, 264, 265, 380, 373, 371],
  SEQNUM: [7, 16, 34, 36, 45],
  LENGTH: [9],
  NUMINGROUP: [146, 267, 268],
  PRICE: [6, 31, 44, 99, 270],
  QTY: [14, 32, 38, 111, 151, 271],
  UTCTIMESTAMP: [52, 60, 122, 126],
  CHAR: [20, 21, 39, 40, 54, 59, 150, 263, 269, 279, 434],
  BOOLEAN: [43, 123, 141],
};

/** What each message may hold; a field with an exclamation mark it has to, a list is a repeating group. */
type Entry = string | readonly [counter: string, ...fields: string[]];

const ORDER: readonly Entry[] = [
  '1',
  '11!',
  '21!',
  '38!',
  '40!',
  '44',
  '54!',
  '55!',
  '59',
  '60!',
  '99',
  '111',
  '126',
  '7928',
];

const MESSAGES: Readonly<Record<string, readonly Entry[]>> = {
  '0': ['112'],
  '1': ['112!'],
  '2': ['7!', '16!'],
  '3': ['45!', '371', '372', '373', '58'],
  '4': ['123', '36!'],
  '5': ['58'],
  A: ['98!', '108!', '141'],
  D: ORDER,
  G: [...ORDER, '41!'],
  F: ['1', '11!', '38', '41!', '54!', '55!', '60!', '7928'],
  H: ['1', '11!', '54!', '55!'],
  '8': [
    '6!',
    '11',
    '14!',
    '17!',
    '19',
    '20',
    '31',
    '32',
    '37!',
    '38',
    '39!',
    '41',
    '54!',
    '55!',
    '58',
    '60',
    '103',
    '150!',
    '151!',
  ],
  '9': ['11!', '37!', '39!', '41!', '58', '102', '434!'],
  j: ['45', '58', '372!', '379', '380!'],
  V: ['262!', '263!', '264!', '265', ['267', '269!'], ['146', '55!']],
  W: ['262', '55!', ['268', '269!', '270', '271']],
};
const ADMINISTRATIVE = '0123454A';
const HEADER = ['8!', '9!', '35!', '49!', '56!', '34!', '43', '50', '57', '52!', '122'];

const number = (field: string): string => field.replace('!', '');
const member = (field: string): string =>
  `<field name="F${number(field)}" required="${field.endsWith('!') ? 'Y' : 'N'}"/>`;

/** The least dictionary by which QuickFIX can check what we send: of the messages that we speak, and no more. */
export function dictionary(version: 'FIX.4.2' | 'FIX.4.4'): string {
  const entry = (each: Entry): string =>
    typeof each === 'string'
      ? member(each)
      : `<group name="F${each[0]}" required="Y">${each.slice(1).map(member).join('')}</group>`;
  const messages = Object.entries(MESSAGES).map(
    ([type, entries]) =>
      `<message name="M${type}" msgtype="${type}" msgcat="${ADMINISTRATIVE.includes(type) ? 'admin' : 'app'}">` +
      `${entries.map(entry).join('')}</message>`,
  );
  const all = new Set([...HEADER, '10', ...Object.values(MESSAGES).flat(2)].map(number));
  const fields = [...all].map((field) => {
    const type = Object.entries(TYPES).find(([, tags]) => tags.includes(Number(field)))?.[0] ?? 'STRING';
    return `<field number="${field}" name="F${field}" type="${type}"/>`;
  });
  return (
    `<fix major="4" minor="${version.at(-1)}">` +
    `<header>${HEADER.map(member).join('')}</header><trailer>${member('10!')}</trailer>` +
    `<messages>${messages.join('')}</messages><components/><fields>${fields.join('')}</fields></fix>`
  );
}
