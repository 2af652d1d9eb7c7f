/**
 * Reads from the sources of the construct library what its users can set: the compiler knows, so nothing is
 * written twice.
 */
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** One prop of an interface. */
export interface Prop {
  readonly name: string;
  /** As the source has it, on one line. */
  readonly type: string;
  readonly optional: boolean;
  /** Text of `@default`; undefined where there is none. */
  readonly default: string | undefined;
  /** Text of its doc comment, without tags; empty where there is none. */
  readonly meaning: string;
  /** Types of the library that `type` names. */
  readonly refersTo: readonly string[];
}

/** A construct with its props, or an interface that props are made of. */
export interface Group {
  /** Name of the construct, or of the interface. */
  readonly title: string;
  /** Name of the interface. */
  readonly interfaceName: string;
  readonly meaning: string;
  readonly props: readonly Prop[];
}

/** A name for a type that props have. */
export interface Alias {
  readonly name: string;
  /** Each branch of its union, or only the type. */
  readonly branches: readonly string[];
  readonly meaning: string;
  /** Functions that make its values, of a constant with the same name. */
  readonly makers: readonly Maker[];
}

/** A function that makes values of a type. */
export interface Maker {
  /** `Storage.emptyDir(size)` */
  readonly call: string;
  readonly meaning: string;
}

/** All that users can set. Each list is sorted by name. */
export interface Library {
  readonly constructs: readonly Group[];
  readonly interfaces: readonly Group[];
  readonly aliases: readonly Alias[];
}

/** The library's entry point. */
export const INDEX = join(__dirname, '..', '..', 'constructs', 'index.ts');

/**
 * Reads the library.
 * @throws when a type that a prop names is one of the library, but not exported: users could not name it
 */
export function readLibrary(index = INDEX): Library {
  return new Reader(index).read();
}

type Documented = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

class Reader {
  private readonly checker: ts.TypeChecker;
  private readonly exported = new Map<string, ts.Symbol>();
  private readonly root: string;

  constructor(index: string) {
    this.root = dirname(index);
    const program = ts.createProgram([index], compilerOptions(join(this.root, 'tsconfig.build.json')));
    this.checker = program.getTypeChecker();
    const source = program.getSourceFile(index);
    const module = source && this.checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${index}: expected a module with exports`);
    for (const symbol of this.checker.getExportsOfModule(module)) {
      this.exported.set(symbol.name, this.target(symbol));
    }
  }

  read(): Library {
    const constructs = [...this.exported.values()].flatMap((symbol) => this.construct(symbol));
    const ofConstructs = new Set(constructs.map(({ interfaceName }) => interfaceName));
    const reached = new Map<string, Documented>();
    for (const [name, symbol] of this.exported) {
      // Settings and options of functions; what the props of all of these name follows from them.
      if (/(Props|Options|Settings)$/.test(name)) this.reach(symbol, reached);
    }
    const found = [...reached.values()].filter(({ name }) => !ofConstructs.has(name.text));
    return {
      constructs: constructs.sort(byTitle),
      interfaces: found
        .filter(ts.isInterfaceDeclaration)
        .map((declaration) => this.group(declaration.name.text, declaration, declaration))
        .sort(byTitle),
      aliases: found
        .filter(ts.isTypeAliasDeclaration)
        .map((declaration) => this.alias(declaration))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    };
  }

  /** A class whose constructor takes an interface of props, which is its last argument. */
  private construct(symbol: ts.Symbol): Group[] {
    const declaration = symbol.declarations?.find(ts.isClassDeclaration);
    const made = declaration?.members.find(ts.isConstructorDeclaration);
    const type = made?.parameters.at(-1)?.type;
    if (declaration === undefined || made === undefined || type === undefined || isInternal(made)) return [];
    const props = this.interfaceOf(type);
    return props === undefined ? [] : [this.group(symbol.name, declaration, props)];
  }

  private interfaceOf(type: ts.TypeNode): ts.InterfaceDeclaration | undefined {
    if (!ts.isTypeReferenceNode(type) || !type.typeName.getText().endsWith('Props')) return undefined;
    return this.symbolOf(type.typeName)?.declarations?.find(ts.isInterfaceDeclaration);
  }

  private group(title: string, documented: ts.NamedDeclaration, props: ts.InterfaceDeclaration): Group {
    const members = this.checker.getTypeAtLocation(props).getProperties();
    return {
      title,
      interfaceName: props.name.text,
      meaning: this.meaning(this.checker.getSymbolAtLocation(documented.name ?? documented)),
      props: members.flatMap((member) => this.prop(member)),
    };
  }

  private prop(symbol: ts.Symbol): Prop[] {
    const declaration = symbol.declarations?.find(ts.isPropertySignature);
    if (declaration?.type === undefined || isInternal(declaration)) return [];
    const tag = symbol.getJsDocTags(this.checker).find(({ name }) => name === 'default');
    return [
      {
        name: symbol.name,
        type: typeText(declaration.type),
        optional: declaration.questionToken !== undefined,
        default: tag && oneLine(ts.displayPartsToString(tag.text)),
        meaning: this.meaning(symbol),
        refersTo: this.namedIn(declaration.type).map(({ name }) => name.text),
      },
    ];
  }

  private alias(declaration: ts.TypeAliasDeclaration): Alias {
    const type = this.checker.getTypeAtLocation(declaration);
    const choices = type.isUnion() ? type.types.filter((part) => part.isStringLiteral()) : [];
    const isChoice = type.isUnion() && choices.length === type.types.length;
    return {
      name: declaration.name.text,
      branches: isChoice ? choices.map(({ value }) => `'${value}'`) : [typeText(declaration.type)],
      // The symbol's documentation would be that of a constant with the same name as well.
      meaning: ts
        .getJSDocCommentsAndTags(declaration)
        .flatMap(({ comment }) => oneLine(ts.getTextOfJSDocComment(comment) ?? ''))
        .join(' '),
      makers: this.makers(declaration.name),
    };
  }

  private makers(name: ts.Identifier): Maker[] {
    const constant = this.symbolOf(name)?.declarations?.find(ts.isVariableDeclaration);
    if (constant === undefined) return [];
    return this.checker
      .getTypeAtLocation(constant)
      .getProperties()
      .flatMap((member) => {
        const [signature] = this.checker.getTypeOfSymbol(member).getCallSignatures();
        const parameters = signature?.getDeclaration().parameters.map(parameterText).join(', ') ?? '';
        return { call: `${name.text}.${member.name}(${parameters})`, meaning: this.meaning(member) };
      });
  }

  /**
   * Collects a declaration and all that its props name. Links (`IKafka`) are not made of props: they are
   * constructs.
   */
  private reach(symbol: ts.Symbol, reached: Map<string, Documented>): void {
    const declaration = symbol.declarations?.find(isDocumented);
    if (declaration === undefined || reached.has(symbol.name) || /^I[A-Z][a-z]/.test(symbol.name)) return;
    reached.set(symbol.name, declaration);
    const types = ts.isInterfaceDeclaration(declaration)
      ? declaration.members.filter(ts.isPropertySignature).flatMap(({ type }) => type ?? [])
      : [declaration.type];
    for (const type of types) {
      for (const { name } of this.namedIn(type)) {
        const named = this.exported.get(name.text);
        if (named === undefined) {
          throw new Error(
            `${symbol.name} names ${name.text}, which constructs/index.ts does not export: export it`,
          );
        }
        this.reach(named, reached);
      }
    }
  }

  /** Interfaces and aliases of the library that a type names. */
  private namedIn(type: ts.TypeNode): Documented[] {
    const found = new Set<Documented>();
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const declaration = this.symbolOf(node)?.declarations?.find(isDocumented);
        if (declaration && dirname(declaration.getSourceFile().fileName).startsWith(this.root))
          found.add(declaration);
      }
      ts.forEachChild(node, visit);
    };
    visit(type);
    return [...found];
  }

  private symbolOf(name: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(name);
    return symbol && this.target(symbol);
  }

  private target(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  private meaning(symbol: ts.Symbol | undefined): string {
    return oneLine(ts.displayPartsToString(symbol?.getDocumentationComment(this.checker)));
  }
}

function compilerOptions(file: string): ts.CompilerOptions {
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
    },
  };
  return ts.getParsedCommandLineOfConfigFile(file, {}, host)?.options ?? {};
}

function isDocumented(node: ts.Node): node is Documented {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
}

/** A type without the comments, line breaks and `readonly` that its source has. */
function typeText(type: ts.TypeNode): string {
  const printed = ts
    .createPrinter({ removeComments: true })
    .printNode(ts.EmitHint.Unspecified, type, type.getSourceFile());
  return oneLine(printed)
    .replace(/^\| /, '')
    .replace(/\breadonly /g, '')
    .replace(/; \}/g, ' }');
}

function parameterText(parameter: ts.ParameterDeclaration): string {
  const isOptional = parameter.questionToken !== undefined || parameter.initializer !== undefined;
  return `${parameter.dotDotDotToken ? '…' : ''}${parameter.name.getText()}${isOptional ? '?' : ''}`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function byTitle(a: Group, b: Group): number {
  return a.title < b.title ? -1 : 1;
}
