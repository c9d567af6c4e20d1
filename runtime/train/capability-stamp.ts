/**
 * What of a machine decides the last bits of results: kernels are chosen by it. A run that goes on under other capabilities
 * goes on correctly, but not bit by bit as it would have.
 */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import { capabilities } from '../devices/capabilities.ts'
import { defaultDevice } from '../tensor/default-device.ts'

/** This machine's stamp: the device's name and what the platform can do. */
export function capabilityStamp(): PyDict {
  return new PyDict('dict', [['device', defaultDevice().name], ...Object.entries(capabilities())])
}

/** What differs between a checkpoint's stamp and this machine, in words; empty where nothing does. */
export function capabilityChanges(saved: PyValue | undefined): readonly string[] {
  if (!(saved instanceof PyDict)) return []
  return capabilityStamp()
    .entries()
    .flatMap(([name, now]) => {
      const then = saved.get(name)
      return then === undefined || then === now ? [] : [`${name} was ${then}, and is ${now}`]
    })
}
