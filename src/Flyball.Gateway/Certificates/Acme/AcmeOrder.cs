using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Flyball.Gateway.Certificates.Acme;

/// <summary>
/// One certificate ordered from an ACME server (RFC 8555 §7.4 and §7.5): proves by HTTP-01 that the host is ours, sends
/// the request, takes the chain.
/// </summary>
internal sealed class AcmeOrder(
    AcmeTransport transport, AcmeKey key, string account, AcmeOptions options, IAcmeChallenges challenges,
    TimeProvider time)
{
    private const string HttpChallenge = "http-01";

    /// <exception cref="AcmeException">The server refuses, or does not answer in time.</exception>
    public async Task<IssuedCertificate> RunAsync(string host, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.OrderTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await OrderAsync(host, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new AcmeException($"The order was not done within {options.OrderTimeout.TotalSeconds:0} s.");
        }
    }

    private async Task<IssuedCertificate> OrderAsync(string host, CancellationToken cancellation)
    {
        string newOrder = await transport.AddressAsync("newOrder", cancellation);
        AcmeAnswer begun = await PostAsync(
            newOrder, $$"""{"identifiers":[{"type":"dns","value":{{Quoted(host)}}}]}""", cancellation);
        string address = begun.Location ?? throw new AcmeException("The ACME server does not say where the order is.");
        JsonElement order = begun.Json();
        foreach (JsonElement authorization in AcmeAnswer.Items(order, "authorizations"))
            await ProveAsync(host, authorization.GetString() ?? "", cancellation);
        order = await UntilAsync(address, host, "ready", "valid", cancellation);
        using ECDsa certificateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (AcmeAnswer.Text(order, "status") == "ready")
        {
            string csr = Base64Url.EncodeToString(Request(host, certificateKey));
            await PostAsync(AcmeAnswer.Text(order, "finalize"), $$"""{"csr":"{{csr}}"}""", cancellation);
            order = await UntilAsync(address, host, "valid", "valid", cancellation);
        }

        AcmeAnswer chain = await PostAsync(AcmeAnswer.Text(order, "certificate"), "", cancellation);
        return Take(chain.Body, certificateKey);
    }

    private async Task ProveAsync(string host, string address, CancellationToken cancellation)
    {
        JsonElement authorization = (await PostAsync(address, "", cancellation)).Json();
        // A proof that the server remembers is as good as a new one.
        if (AcmeAnswer.TextOrNull(authorization, "status") == "valid") return;
        JsonElement challenge = AcmeAnswer.Items(authorization, "challenges")
            .FirstOrDefault(one => AcmeAnswer.TextOrNull(one, "type") == HttpChallenge);
        if (challenge.ValueKind != JsonValueKind.Object)
            throw new AcmeException("The ACME server does not offer HTTP-01, the only challenge that is known here.");
        string token = AcmeAnswer.Text(challenge, "token");
        if (token.Length is 0 or > 128 || !Base64Url.IsValid(token))
            throw new AcmeException("The ACME server's token is none (RFC 8555 §8.3).");
        await challenges.ShowAsync(host, token, key.Authorize(token), cancellation);
        try
        {
            await PostAsync(AcmeAnswer.Text(challenge, "url"), "{}", cancellation);
            await UntilAsync(address, host, "valid", "valid", cancellation);
        }
        finally
        {
            await challenges.HideAsync(token);
        }
    }

    /// <summary>Asks until the status is one of the two.</summary>
    private async Task<JsonElement> UntilAsync(
        string address, string host, string one, string other, CancellationToken cancellation)
    {
        while (true)
        {
            AcmeAnswer answer = await PostAsync(address, "", cancellation);
            JsonElement seen = answer.Json();
            string status = AcmeAnswer.Text(seen, "status");
            if (status == one || status == other) return seen;
            if (status is not ("pending" or "processing" or "ready"))
                throw new AcmeException($"{host} was not proven ({status}): {Why(seen)}");
            await Task.Delay(answer.RetryAfter ?? options.PollInterval, time, cancellation);
        }
    }

    private Task<AcmeAnswer> PostAsync(string url, string payload, CancellationToken cancellation) =>
        transport.PostAsync(key, account, url, payload, cancellation);

    /// <summary>The server's words, wherever in the object they are.</summary>
    private static string Why(JsonElement seen)
    {
        foreach (JsonElement place in AcmeAnswer.Items(seen, "challenges").Append(seen))
        {
            if (place.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
            {
                return AcmeAnswer.TextOrNull(error, "detail") ?? AcmeAnswer.TextOrNull(error, "type")
                    ?? "no reason given";
            }
        }

        return "no reason given";
    }

    private static byte[] Request(string host, ECDsa certificateKey)
    {
        var request = new CertificateRequest(
            new X500DistinguishedName(""), certificateKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSigningRequest();
    }

    private static IssuedCertificate Take(string chainPem, ECDsa certificateKey)
    {
        try
        {
            string keyPem = certificateKey.ExportPkcs8PrivateKeyPem() + "\n";
            using X509Certificate2 leaf = X509Certificate2.CreateFromPem(chainPem, keyPem);
            return new IssuedCertificate(
                chainPem, keyPem, leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new AcmeException("What the ACME server issued is no certificate for the key that was sent.");
        }
    }

    private static string Quoted(string host) => "\"" + JsonEncodedText.Encode(host) + "\"";
}
