using System.Net;
using Flyball.Base.Transport;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Tests.Harness;

/// <summary>The control door over real gRPC on an ephemeral port, in front of a platform's stream handlers.</summary>
internal sealed class ControlDoor : IAsyncDisposable
{
    private readonly WebApplication app;

    private ControlDoor(WebApplication app) => this.app = app;

    public string Address =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<ControlDoor> OpenAsync(
        IStreamHandler<AgentMessage, ServerMessage> control, IStreamHandler<DataFrame, DataFrame> data)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddAuthentication("open").AddScheme<AuthenticationSchemeOptions, Open>("open", null);
        builder.Services.AddAuthorizationBuilder().AddPolicy(Policies.Control, p => p.RequireAssertion(_ => true));
        builder.Services.AddSingleton(control);
        builder.Services.AddSingleton(data);
        WebApplication app = builder.Build();
        app.UseAuthorization();
        app.MapAgentControl();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ControlDoor(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class Open(
        Microsoft.Extensions.Options.IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log,
        System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(AuthenticateResult.NoResult());
    }
}
