//! The vault and `[config]`, as a caller in C uses and misuses them.

use std::{fs, path::PathBuf, ptr};

use adarga::*;

use crate::support::{NOW_MS, buffer, output, view};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("adarga-ffi-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const INVALID: &[u8] = &[0xFF];
const NONE: adarga_view = adarga_view { ptr: ptr::null(), len: 0 };

#[test]
fn a_vault_keeps_secrets() {
    let folder = Folder::new("vault");
    let (file, key) = (folder.file("vault"), format!("file:{}", folder.file("key")));
    let (vault, key) = (view(&file), view(&key));
    let mut room = [0; 64];
    let mut get = |name: &str, capacity: usize| {
        let mut value = output(&mut room[..capacity]);
        let status = unsafe { adarga_vault_get(vault, key, view(name), &mut value, ptr::null_mut()) };
        (status, value.len, room[..value.len.min(capacity)].to_vec())
    };
    unsafe {
        assert_eq!(adarga_vault_make(vault, key, ptr::null_mut()), ADARGA_OK);
        assert_eq!(adarga_vault_make(vault, key, ptr::null_mut()), ADARGA_ERROR_DOCUMENT);
        assert_eq!(adarga_vault_set(vault, key, view("jwt"), view("hidden"), NOW_MS, ptr::null_mut()), ADARGA_OK);
        assert_eq!(adarga_vault_set(vault, key, view("a b"), view("x"), NOW_MS, ptr::null_mut()), ADARGA_ERROR_DOCUMENT);
        assert_eq!(adarga_vault_set(vault, key, view("a"), view(INVALID), NOW_MS, ptr::null_mut()), ADARGA_ERROR_UTF8);
    }
    assert_eq!(get("jwt", 64), (ADARGA_OK, 6, b"hidden".to_vec()));
    assert_eq!(get("jwt", 5).0, ADARGA_ERROR_ROOM);
    assert_eq!(get("jwt", 5).1, 6);
    assert_eq!(get("other", 64), (ADARGA_ERROR_ABSENT, 0, vec![]));
    unsafe {
        assert_eq!(adarga_vault_rotate(vault, key, ptr::null_mut()), ADARGA_OK);
        let mut names = vec![0; 64];
        let mut list = output(&mut names);
        assert_eq!(adarga_vault_names(vault, key, &mut list, ptr::null_mut()), ADARGA_OK);
        let len = list.len;
        assert_eq!(&names[..len], b"jwt\n");
    }
    assert_eq!(get("jwt", 64), (ADARGA_OK, 6, b"hidden".to_vec()));
    unsafe {
        assert_eq!(adarga_vault_remove(vault, key, view("jwt"), ptr::null_mut()), ADARGA_OK);
        assert_eq!(adarga_vault_remove(vault, key, view("jwt"), ptr::null_mut()), ADARGA_ERROR_ABSENT);
    }
}

#[test]
fn misuse_of_a_vault_is_a_status() {
    let folder = Folder::new("vault-misuse");
    let file = folder.file("vault");
    for key in ["", "key", "file:", "http:x"] {
        assert_eq!(unsafe { adarga_vault_make(view(&file), view(key), ptr::null_mut()) }, ADARGA_ERROR_VALUE);
    }
    let mut room = vec![0; 512];
    let mut error = output(&mut room);
    let status = unsafe { adarga_vault_rotate(view(&file), view("env:ADARGA_NO_SUCH_KEY"), &mut error) };
    let len = error.len;
    assert_eq!(status, ADARGA_ERROR_DOCUMENT);
    assert!(std::str::from_utf8(&room[..len]).unwrap().contains("No such file"));
    unsafe {
        let null = ptr::null_mut();
        assert_eq!(adarga_vault_get(view(&file), view("env:X"), view("x"), null, null), ADARGA_ERROR_NULL);
        assert_eq!(adarga_vault_names(view(&file), view("env:X"), null, null), ADARGA_ERROR_DOCUMENT);
        assert_eq!(adarga_vault_get(NONE, NONE, NONE, &mut output(&mut room), null), ADARGA_ERROR_VALUE);
        // a secret is not written over the name that asks for it
        let inner = buffer(&mut room);
        let name = adarga_view { ptr: inner.ptr, len: 4 };
        let mut value = adarga_output { ptr: inner.ptr, capacity: 64, len: 0 };
        assert_eq!(adarga_vault_get(view(&file), view("env:X"), name, &mut value, null), ADARGA_ERROR_OVERLAP);
    }
}

#[test]
fn a_server_learns_what_it_lacks() {
    let check = |text: &str| {
        let (mut policy, mut room) = (ptr::null_mut(), vec![0; 1024]);
        let mut error = output(&mut room);
        let status = unsafe {
            assert_eq!(adarga_policy_compile(view("p.toml"), view(text), &mut policy, ptr::null_mut()), ADARGA_OK);
            let status = adarga_config_check(policy, &mut error);
            adarga_policy_close(policy);
            status
        };
        let len = error.len;
        (status, String::from_utf8(room[..len].to_vec()).unwrap())
    };
    assert_eq!(check("server.name = \"r\""), (ADARGA_OK, String::new()));
    let (status, said) = check("server.name = \"r\"\nconfig.ADARGA_NO_SUCH_A = {}\nconfig.ADARGA_NO_SUCH_B = {}\n");
    assert_eq!(status, ADARGA_ERROR_DOCUMENT);
    assert!(said.contains("`config.ADARGA_NO_SUCH_A`") && said.contains("`config.ADARGA_NO_SUCH_B`"), "{said}");
    assert_eq!(unsafe { adarga_config_check(ptr::null(), ptr::null_mut()) }, ADARGA_ERROR_NULL);
}
