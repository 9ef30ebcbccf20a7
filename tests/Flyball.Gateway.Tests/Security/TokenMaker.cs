using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Flyball.Gateway.Tests.Security;

/// <summary>An issuer of tokens, made by hand and not by the library that checks them.</summary>
internal sealed class TokenMaker(string mark = "") : IDisposable
{
    private readonly RSA rsa = RSA.Create(2048);
    private readonly ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] shared = RandomNumberGenerator.GetBytes(32);

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public string KeySetJson()
    {
        RSAParameters r = rsa.ExportParameters(false);
        ECParameters e = ec.ExportParameters(false);
        return $$"""
            {"keys":[
            {"kty":"RSA","kid":"{{mark}}rsa","use":"sig","n":"{{Encode(r.Modulus!)}}","e":"{{Encode(r.Exponent!)}}"},
            {"kty":"EC","kid":"{{mark}}ec","use":"sig","crv":"P-256","x":"{{Encode(e.Q.X!)}}","y":"{{Encode(e.Q.Y!)}}"},
            {"kty":"oct","kid":"{{mark}}oct","use":"sig","k":"{{Encode(shared)}}"}]}
            """;
    }

    public string Make(string algorithm, object claims) => MakeRaw(algorithm, JsonSerializer.Serialize(claims));

    public string MakeRaw(string algorithm, string claims, string more = "", string? kid = "")
    {
        string key = algorithm[..2] switch { "ES" => "ec", "HS" => "oct", _ => "rsa" };
        string named = kid is null ? "" : $",\"kid\":\"{mark}{key}\"";
        string text = Encode($"{{\"alg\":\"{algorithm}\"{named}{more}}}") + "." + Encode(claims);
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        byte[] signature = algorithm switch
        {
            "RS256" => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS256" => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => ec.SignData(bytes, HashAlgorithmName.SHA256),
            _ => HMACSHA256.HashData(shared, bytes),
        };
        return text + "." + Encode(signature);
    }

    /// <summary>What an attacker would use of the public key as a shared secret.</summary>
    public IEnumerable<byte[]> PublicForms() =>
    [
        rsa.ExportSubjectPublicKeyInfo(), rsa.ExportRSAPublicKey(),
        Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()),
        Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem() + "\n"),
        Encoding.ASCII.GetBytes(rsa.ExportRSAPublicKeyPem()), rsa.ExportParameters(false).Modulus!,
    ];

    public void Dispose()
    {
        rsa.Dispose();
        ec.Dispose();
    }
}
