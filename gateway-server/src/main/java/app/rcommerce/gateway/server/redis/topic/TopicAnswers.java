package app.rcommerce.gateway.server.redis.topic;

import java.util.List;

/** The values in what the scripts of topics answer. Stateless. */
final class TopicAnswers {

    private TopicAnswers() {}

    /** The text at this place; empty where there is another value. */
    static String text(List<?> answer, int at) {
        return answer.get(at) instanceof String text ? text : "";
    }

    /** The number at this place, which may be written as a text; 0 where there is none. */
    static long number(List<?> answer, int at) {
        Object value = answer.get(at);
        try {
            return value instanceof Long number ? number : value instanceof String text ? Long.parseLong(text) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
