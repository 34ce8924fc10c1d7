import { isAlias, isMap, isScalar, isSeq, Lexer, parseDocument } from 'yaml';
import type { ReadText } from '../model/located.ts';
import { readYaml, type YamlLibrary } from '../model/yaml-text.ts';

const LIBRARY: YamlLibrary = { Lexer, parseDocument, isAlias, isMap, isScalar, isSeq };

/** A YAML text as values with places, or everything that is wrong with it as YAML. */
export const readCaseText: ReadText = (text, file) => readYaml(text, file, LIBRARY);
