// A Bluesky PDS of its own, with a PLC directory in memory: for tests alone.
//
// node server.mjs FOLDER PORT [PACKAGES]
// FOLDER holds what it stores; PACKAGES, the folder in which npm has installed package.json.
// When it listens it prints one line of JSON: {"url": …}. It ends on SIGTERM, or when its standard
// input ends: with whoever started it.
import { createRequire } from 'node:module'
import { once } from 'node:events'
import path from 'node:path'

const [folder, port, packages = import.meta.dirname] = process.argv.slice(2)
const require = createRequire(path.join(packages, 'package.json'))
const plc = require('@did-plc/server')
const { PDS, envToCfg, envToSecrets, readEnv } = require('@atproto/pds')

const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: 0 })
const listening = await directory.start()

Object.assign(process.env, {
  LOG_ENABLED: 'false',
  PDS_DEV_MODE: 'true',
  PDS_HOSTNAME: 'localhost',
  PDS_PORT: port,
  PDS_DATA_DIRECTORY: folder,
  PDS_BLOBSTORE_DISK_LOCATION: path.join(folder, 'blobs'),
  PDS_DID_PLC_URL: `http://127.0.0.1:${listening.address().port}`,
  PDS_SERVICE_HANDLE_DOMAINS: '.test',
  PDS_INVITE_REQUIRED: 'false',
  PDS_ENABLE_DID_DOC_WITH_SESSION: 'false',
  PDS_JWT_SECRET: '00'.repeat(16),
  PDS_ADMIN_PASSWORD: 'admin',
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: '01'.repeat(32),
})
const env = readEnv()
const pds = await PDS.create(envToCfg(env), envToSecrets(env))
await pds.start()
console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }))

process.stdin.resume()
await Promise.race([once(process, 'SIGTERM'), once(process.stdin, 'end')])
await pds.destroy()
await directory.destroy()
process.exit(0)
