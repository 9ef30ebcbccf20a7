using System.Text.Json.Serialization;
using Flyball.Base.Resources;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Api;

/// <summary>A certificate as the API shows it: without its key.</summary>
internal sealed record CertificateView(
    string Host, string Source, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter, DateTimeOffset NextTry,
    int FailedTries, string? Problem)
{
    public static CertificateView Of(Certificate certificate) => new(
        certificate.Host, certificate.Source.ToString().ToLowerInvariant(),
        certificate.ChainPem is null ? null : At(certificate.NotBeforeUnixMs),
        certificate.ChainPem is null ? null : At(certificate.NotAfterUnixMs),
        At(certificate.NextTryUnixMs), certificate.FailedTries, certificate.Problem);

    private static DateTimeOffset At(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
}

/// <summary>A consumer as the API shows it: without hashes.</summary>
internal sealed record ConsumerView(
    string Name, long Revision, IReadOnlyList<string> Groups, bool HasPassword, IReadOnlyList<ConsumerKeyView> Keys,
    DateTimeOffset Created)
{
    public static ConsumerView Of(Resource<Consumer> consumer) => new(
        consumer.Key.Name, consumer.Revision.Value, consumer.Value.Groups, consumer.Value.PasswordHash is not null,
        [.. consumer.Value.Keys.Select(ConsumerKeyView.Of)],
        DateTimeOffset.FromUnixTimeMilliseconds(consumer.Value.CreatedUnixMs));
}

/// <summary>A key as the API shows it: how it begins, and its times.</summary>
internal sealed record ConsumerKeyView(string Hint, DateTimeOffset Created, DateTimeOffset? Ends)
{
    public static ConsumerKeyView Of(ConsumerKey key) => new(
        key.Hint, DateTimeOffset.FromUnixTimeMilliseconds(key.CreatedUnixMs),
        key.EndsUnixMs is { } ends ? DateTimeOffset.FromUnixTimeMilliseconds(ends) : null);
}

/// <summary>A new consumer, or a new password of one.</summary>
internal sealed record ConsumerRequest(string? Name, IReadOnlyList<string>? Groups, string? Password);

/// <summary>The one answer that holds a key.</summary>
internal sealed record ConsumerKeyAnswer(string Name, string Key);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CertificateView[]))]
[JsonSerializable(typeof(ConsumerView[]))]
[JsonSerializable(typeof(ConsumerRequest))]
[JsonSerializable(typeof(ConsumerKeyAnswer))]
internal sealed partial class SecurityJson : JsonSerializerContext;
