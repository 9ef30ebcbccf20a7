using Flyball.Gateway.Routing.Conditions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Flyball.Gateway.Guarding;

/// <summary>
/// What guards say, in the headers of the server's path. A client's headers of these names are dropped on every route
/// (<see cref="FastPath.Heads.FieldId.Proven"/>).
/// </summary>
internal static class PassageHeaders
{
    /// <summary>The consumer that has proven itself by a key or a password.</summary>
    public const string Consumer = "X-Consumer";

    /// <summary>The subject of a good token, which its issuer chose: it may be called like a consumer.</summary>
    public const string TokenSubject = "X-Token-Subject";

    /// <summary>The subject of the client's certificate.</summary>
    public const string CertificateSubject = "X-Client-Certificate-Subject";

    /// <summary>Gives the answer what it gets from the guards.</summary>
    public static void Apply(Passage? passage, IHeaderDictionary answer)
    {
        if (passage is null) return;
        foreach (string name in passage.AnswerReplaces) answer.Remove(name);
        Apply(passage.AnswerHeaders, answer);
    }

    public static void Apply(IReadOnlyList<KeyValuePair<string, string>>? headers, IHeaderDictionary answer)
    {
        foreach ((string name, string value) in headers ?? [])
        {
            answer[name] = name == "Vary" ? StringValues.Concat(answer[name], value) : value;
        }
    }

    /// <summary>Tells the back end what the guards have found out, and keeps the client's secrets from it.</summary>
    public static void Tell(Passage? passage, HttpRequestMessage request)
    {
        if (passage is null) return;
        foreach (FieldName dropped in passage.Dropped) request.Headers.Remove(dropped.Text);
        foreach ((string name, string value) in passage.RequestHeaders)
            request.Headers.TryAddWithoutValidation(name, value);
    }
}
