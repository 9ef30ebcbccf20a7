using System.Net;
using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary><c>redirect</c>: sends the client elsewhere.</summary>
internal static class RedirectSection
{
    private static readonly int[] Statuses = [301, 302, 303, 307, 308];

    public static RouteRedirect? Read(Field field)
    {
        if (!field.Exists) return null;
        Field status = field["status"];
        int? code = status.Int(300, 399);
        if (code is { } given && !Statuses.Contains(given)) status.Error($"{given} is not 301, 302, 303, 307 or 308");
        if (field.Entries().All(entry => entry.Key == "status"))
            field.Error("would lead to itself", "scheme: https, or a host, port, path or prefix");
        if (field["path"].Exists && field["prefix"].Exists) field["prefix"].Error("stands beside path, which is all");
        return new RouteRedirect
        {
            Scheme = field["scheme"].OneOf("http", "https"),
            Host = RouteText.OneHost(field["host"]),
            Port = field["port"].Int(1, IPEndPoint.MaxPort),
            Path = RouteText.Path(field["path"], "path"),
            Prefix = RouteText.Path(field["prefix"], "path"),
            Status = code ?? new RouteRedirect().Status,
        };
    }
}
