using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Tls;

/// <summary>
/// The services that Kestrel's TLS asks for and that only its own set-up registers: a container for the gateway's
/// server alone, whatever else the process hosts.
/// </summary>
internal static class KestrelServices
{
    public static WebApplication Create(ILoggerFactory logs)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.Replace(ServiceDescriptor.Singleton(logs));
        return builder.Build();
    }
}
