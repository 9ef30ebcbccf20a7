using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Security.Keys;

/// <summary>What became of a change to a consumer; the key is there when one was made.</summary>
internal sealed record ConsumerOutcome(int Status, string Detail, string? Key = null)
{
    public static ConsumerOutcome Refused(string detail) => new(StatusCodes.Status400BadRequest, detail);

    public static ConsumerOutcome Unknown(string name) =>
        new(StatusCodes.Status404NotFound, $"There is no consumer '{HeaderText.Ascii(name)}'.");

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Status} {Detail}";
}
