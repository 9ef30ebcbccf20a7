using System.Buffers;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Api;

/// <summary>What a consumer may be called, and what its password has to be.</summary>
internal static class ConsumerRules
{
    private const int NameLengthMax = 64;
    private const int PasswordLengthMin = 8;
    private const int PasswordLengthMax = 256;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Null when it is as it should be; otherwise which field is not.</summary>
    public static string? Problem(ConsumerRequest request)
    {
        if (!IsName(request.Name))
            return $"name: 1 to {NameLengthMax} of letters, digits, '-', '.' and '_', a letter or digit first.";
        if (request.Groups is { } groups)
        {
            if (groups.Count > Consumer.GroupsMax) return $"groups: at most {Consumer.GroupsMax}.";
            if (groups.FirstOrDefault(group => !IsName(group)) is { } bad) return $"groups: '{bad}' is no name.";
        }

        return request.Password is { Length: < PasswordLengthMin or > PasswordLengthMax }
            ? $"password: {PasswordLengthMin} to {PasswordLengthMax} characters."
            : null;
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= NameLengthMax } && char.IsAsciiLetterOrDigit(name[0])
        && !name.AsSpan().ContainsAnyExcept(NameCharacters);
}
