using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Flyball.Gateway.Certificates.Acme;

/// <summary>
/// An account's key: signs requests as JWS with ES256 (RFC 7515, RFC 7518 §3.4) and names itself by its thumbprint (RFC
/// 7638).
/// </summary>
internal sealed class AcmeKey : IDisposable
{
    private readonly ECDsa key;
    private readonly string jwk;

    public AcmeKey(string pem)
    {
        key = ECDsa.Create();
        key.ImportFromPem(pem);
        ECParameters parameters = key.ExportParameters(false);
        // The members in this order and without spaces: the thumbprint is over exactly these bytes.
        jwk = $"{{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"{Base64Url.EncodeToString(parameters.Q.X)}\","
            + $"\"y\":\"{Base64Url.EncodeToString(parameters.Q.Y)}\"}}";
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
    }

    public string Thumbprint { get; }

    public static string CreatePem()
    {
        using ECDsa fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return fresh.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <summary>What a challenge's address answers (RFC 8555 §8.1).</summary>
    public string Authorize(string token) => token + "." + Thumbprint;

    /// <summary>A request's body (RFC 8555 §6.2).</summary>
    /// <param name="url">Where it is sent.</param>
    /// <param name="nonce">The server's last one.</param>
    /// <param name="account">The account's address; null names the key itself.</param>
    /// <param name="payload">JSON; empty for reading (POST-as-GET).</param>
    public byte[] Sign(string url, string nonce, string? account, string payload)
    {
        string header = Base64Url.EncodeToString(Header(url, nonce, account));
        string body = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        byte[] signature = key.SignData(Encoding.ASCII.GetBytes($"{header}.{body}"), HashAlgorithmName.SHA256);
        return Encoding.ASCII.GetBytes(
            $"{{\"protected\":\"{header}\",\"payload\":\"{body}\","
            + $"\"signature\":\"{Base64Url.EncodeToString(signature)}\"}}");
    }

    public void Dispose() => key.Dispose();

    private byte[] Header(string url, string nonce, string? account)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("alg", "ES256");
            json.WriteString("nonce", nonce);
            json.WriteString("url", url);
            if (account is not null) json.WriteString("kid", account);
            else
            {
                json.WritePropertyName("jwk");
                json.WriteRawValue(jwk);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
