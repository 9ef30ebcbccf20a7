using Flyball.Gateway.Security.Basic;
using Flyball.Gateway.Security.Keys;

namespace Flyball.Gateway.Security;

/// <summary>What checks of who sends a request have in common.</summary>
internal sealed record AuthParts(ConsumerDirectory Consumers, PasswordCheck Passwords, TimeProvider Time);
