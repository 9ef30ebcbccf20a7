using System.Text;
using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary><c>answer</c>: a fixed answer.</summary>
internal static class AnswerSection
{
    private const int BodyBytesMax = 64 << 10;

    public static RouteAnswer? Read(Field field)
    {
        if (!field.Exists) return null;
        string? body = field["body"].Text();
        int status = field["status"].Int(200, 599) ?? new RouteAnswer().Status;
        if (body is not null && Encoding.UTF8.GetByteCount(body) > BodyBytesMax)
            field["body"].Error($"is longer than {BodyBytesMax} bytes");
        if (body is { Length: > 0 } && status is 204 or 304) field["body"].Error($"{status} is answered without one");
        return new RouteAnswer { Status = status, Body = body, Headers = RouteText.Headers(field["headers"]) };
    }
}
