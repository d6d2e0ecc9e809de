"""Makes signature_rsa_sizes.jsonl: RSA keys whose moduli are no whole bytes or words, and signatures by plain arithmetic."""
import json, base64, hashlib, random, math
R=random.Random(20260401)
b=lambda x: base64.urlsafe_b64encode(x).decode().rstrip("=")
o=lambda n,l=None: n.to_bytes(l or (n.bit_length()+7)//8,"big")
def prime(bits):
    small=[p for p in range(3,2000,2) if all(p%q for q in range(3,int(p**.5)+1,2))]
    while True:
        n=R.getrandbits(bits)|1|(1<<bits-1)
        if any(n%p==0 for p in small): continue
        if all(pow(a,n-1,n)==1 for a in (2,3,5,7)): return n
def key(bits,e):
    while True:
        p,q=prime(bits//2+1),prime(bits-bits//2-1+R.randrange(2))
        n=p*q; phi=(p-1)*(q-1)
        if n.bit_length()==bits and math.gcd(e,phi)==1: return n,pow(e,-1,phi)
INFO={"sha256":"3031300d060960864801650304020105000420","sha384":"3041300d060960864801650304020205000430","sha512":"3051300d060960864801650304020305000440"}
def pkcs1(h,m,n):
    k=(n.bit_length()+7)//8; t=bytes.fromhex(INFO[h])+hashlib.new(h,m).digest()
    return b"\0\1"+b"\xff"*(k-len(t)-3)+b"\0"+t
def mgf(h,s,l):
    out=b"";c=0
    while len(out)<l: out+=hashlib.new(h,s+c.to_bytes(4,"big")).digest();c+=1
    return out[:l]
def pss(h,m,n):
    em_bits=n.bit_length()-1; em=(em_bits+7)//8; hl=hashlib.new(h).digest_size
    salt=R.randbytes(hl); H=hashlib.new(h,b"\0"*8+hashlib.new(h,m).digest()+salt).digest()
    db=b"\0"*(em-2*hl-2)+b"\1"+salt
    x=bytearray(a^c for a,c in zip(db,mgf(h,H,len(db)))); x[0]&=0xff>>(8*em-em_bits)
    return bytes(x)+H+b"\xbc"
msg=b"a modulus of an odd length"; out=[]
for bits,e in [(2048,65537),(2049,65537),(2050,3),(2055,65537),(2056,8589934591),(2305,65537),(3071,17),(4089,65537),(4095,65537),(4096,3)]:
    n,d=key(bits,e); k=(bits+7)//8; s={}
    for a,h,f in [("RS256","sha256",pkcs1),("RS384","sha384",pkcs1),("RS512","sha512",pkcs1),("PS256","sha256",pss),("PS384","sha384",pss),("PS512","sha512",pss)]:
        m=int.from_bytes(f(h,msg,n),"big"); sig=pow(m,d,n); assert pow(sig,e,n)==m; s[a]=b(o(sig,k))
    out.append({"bits":bits,"n":b(o(n)),"e":b(o(e)),"signatures":s})
open("signature_rsa_sizes.jsonl","w").write("".join(json.dumps(x,separators=(",",":"))+"\n" for x in out))
