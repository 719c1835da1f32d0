/** The words of the bank's money page, on which a person plays the bank, in English, Russian and Arabic. */
import { type InterfaceLanguage, interfaceLanguage } from '../../../../language/index.ts';
import type { Dispute } from '../records.ts';

export interface MoneyWords {
  readonly title: string;
  readonly intro: string;
  readonly navigation: {
    readonly books: string;
    readonly money: string;
    readonly issuers: string;
    readonly control: string;
  };
  readonly refused: string;
  readonly reasons: Readonly<Record<string, string>>;
  readonly none: string;
  readonly balance: string;
  readonly currency: string;
  readonly pending: string;
  readonly available: string;
  readonly held: string;
  readonly paidOut: string;
  readonly payOut: string;
  readonly disputes: string;
  readonly dispute: string;
  readonly amount: string;
  readonly state: string;
  readonly states: Readonly<Record<Dispute['state'], string>>;
  readonly answerBy: string;
  readonly decide: string;
  readonly wins: string;
  readonly loses: string;
  readonly charges: string;
  readonly charge: string;
  readonly fee: string;
  readonly left: string;
  readonly at: string;
  readonly mayHappen: string;
  readonly disputeAll: string;
  readonly disputeHalf: string;
  readonly giveBackAll: string;
  readonly giveBackHalf: string;
  readonly payouts: string;
  readonly payout: string;
  readonly lines: string;
}

const english: MoneyWords = {
  title: 'Money at the practice bank',
  intro:
    'Here you play the bank and the payers’ own banks. The newsroom is told of everything, as it would be by a real company. Times are UTC.',
  navigation: { books: 'Books', money: 'Money', issuers: 'Issuers', control: 'Control' },
  refused: 'Not done',
  reasons: {
    charge_unknown: 'There is no such charge.',
    dispute_unknown: 'There is no such dispute.',
    already_decided: 'This dispute is decided already.',
    no_amount: 'Nothing is left of this charge.',
    more_than_left: 'That is more than is left of this charge.',
    more_than_charged: 'That is more than was charged.',
    charge_disputed: 'This part of the charge is disputed.',
    nothing_to_pay: 'Nothing can be paid out now.',
    unreadable: 'This form could not be read.',
  },
  none: 'None yet',
  balance: 'Balance',
  currency: 'Currency',
  pending: 'Pending',
  available: 'Available',
  held: 'Held by disputes',
  paidOut: 'Paid out',
  payOut: 'Pay out what is available',
  disputes: 'Disputes, newest first',
  dispute: 'Dispute',
  amount: 'Amount',
  state: 'State',
  states: { open: 'Open', won: 'Newsroom won', lost: 'Newsroom lost' },
  answerBy: 'Lost if not decided by',
  decide: 'Decide it',
  wins: 'Newsroom wins',
  loses: 'Newsroom loses',
  charges: 'Charges, newest first',
  charge: 'Charge',
  fee: 'Fee',
  left: 'Left',
  at: 'At',
  mayHappen: 'What happens to it',
  disputeAll: 'Dispute the whole',
  disputeHalf: 'Dispute half',
  giveBackAll: 'Give back the whole',
  giveBackHalf: 'Give back half',
  payouts: 'Payouts, newest first',
  payout: 'Payout',
  lines: 'Lines',
};

const russian: MoneyWords = {
  title: 'Деньги в учебном банке',
  intro:
    'Здесь вы играете за банк и за банки плательщиков. Редакция узнаёт обо всём так же, как от настоящей платёжной компании. Время указано по UTC.',
  navigation: { books: 'Книги', money: 'Деньги', issuers: 'Эмитенты', control: 'Управление' },
  refused: 'Не сделано',
  reasons: {
    charge_unknown: 'Такого списания нет.',
    dispute_unknown: 'Такого спора нет.',
    already_decided: 'Этот спор уже решён.',
    no_amount: 'От этого списания ничего не осталось.',
    more_than_left: 'Это больше, чем осталось от списания.',
    more_than_charged: 'Это больше, чем было списано.',
    charge_disputed: 'Эта часть списания оспаривается.',
    nothing_to_pay: 'Сейчас выплачивать нечего.',
    unreadable: 'Не удалось прочитать форму.',
  },
  none: 'Пока ничего',
  balance: 'Баланс',
  currency: 'Валюта',
  pending: 'В ожидании',
  available: 'Доступно',
  held: 'Удержано по спорам',
  paidOut: 'Выплачено',
  payOut: 'Выплатить доступное',
  disputes: 'Споры, сначала новые',
  dispute: 'Спор',
  amount: 'Сумма',
  state: 'Состояние',
  states: { open: 'Открыт', won: 'Редакция выиграла', lost: 'Редакция проиграла' },
  answerBy: 'Проигран, если не решён до',
  decide: 'Решить',
  wins: 'Редакция выигрывает',
  loses: 'Редакция проигрывает',
  charges: 'Списания, сначала новые',
  charge: 'Списание',
  fee: 'Комиссия',
  left: 'Осталось',
  at: 'Когда',
  mayHappen: 'Что с ним происходит',
  disputeAll: 'Оспорить всё',
  disputeHalf: 'Оспорить половину',
  giveBackAll: 'Вернуть всё',
  giveBackHalf: 'Вернуть половину',
  payouts: 'Выплаты, сначала новые',
  payout: 'Выплата',
  lines: 'Строк',
};

const arabic: MoneyWords = {
  title: 'الأموال في بنك التجربة',
  intro:
    'هنا تؤدي دور البنك ودور بنوك الدافعين. تُبلَّغ غرفة الأخبار بكل شيء كما تُبلِّغها شركة حقيقية. الأوقات بالتوقيت العالمي.',
  navigation: { books: 'الدفاتر', money: 'الأموال', issuers: 'المُصدِرون', control: 'التحكم' },
  refused: 'لم يُنفَّذ',
  reasons: {
    charge_unknown: 'لا توجد عملية خصم كهذه.',
    dispute_unknown: 'لا يوجد اعتراض كهذا.',
    already_decided: 'حُسم هذا الاعتراض من قبل.',
    no_amount: 'لم يبق شيء من هذا الخصم.',
    more_than_left: 'هذا أكثر مما بقي من الخصم.',
    more_than_charged: 'هذا أكثر مما خُصم.',
    charge_disputed: 'هذا الجزء من الخصم محل اعتراض.',
    nothing_to_pay: 'لا شيء يمكن تحويله الآن.',
    unreadable: 'تعذّرت قراءة هذا النموذج.',
  },
  none: 'لا شيء بعد',
  balance: 'الرصيد',
  currency: 'العملة',
  pending: 'قيد الانتظار',
  available: 'متاح',
  held: 'محتجز بسبب الاعتراضات',
  paidOut: 'حُوِّل',
  payOut: 'حوِّل المتاح',
  disputes: 'الاعتراضات، الأحدث أولًا',
  dispute: 'الاعتراض',
  amount: 'المبلغ',
  state: 'الحالة',
  states: { open: 'مفتوح', won: 'كسبته غرفة الأخبار', lost: 'خسرته غرفة الأخبار' },
  answerBy: 'يُخسر إن لم يُحسم قبل',
  decide: 'احسمه',
  wins: 'تكسب غرفة الأخبار',
  loses: 'تخسر غرفة الأخبار',
  charges: 'عمليات الخصم، الأحدث أولًا',
  charge: 'الخصم',
  fee: 'الرسوم',
  left: 'الباقي',
  at: 'الوقت',
  mayHappen: 'ما يحدث له',
  disputeAll: 'اعترض على الكل',
  disputeHalf: 'اعترض على النصف',
  giveBackAll: 'أعد الكل',
  giveBackHalf: 'أعد النصف',
  payouts: 'التحويلات، الأحدث أولًا',
  payout: 'التحويل',
  lines: 'البنود',
};

const WORDS: Readonly<Record<InterfaceLanguage, MoneyWords>> = {
  en: english,
  ru: russian,
  ar: arabic,
};

/** The words for a BCP 47 tag; English where there are none. */
export function moneyWords(language: string): MoneyWords {
  return WORDS[interfaceLanguage(language)];
}
